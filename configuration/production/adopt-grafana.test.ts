import { expect } from 'chai';
import { checkGrafana } from '../checked/check-grafana.ts';
import { confineGrafana } from '../confined/confine-grafana.ts';
import { map, maps, type Yaml } from '../files/yaml.ts';
import { fillVariables } from '../paced/fill-variables.ts';
import { unknownAlerts } from '../rules/unknown-alerts.ts';
import { adopt } from './adopt.ts';

const alerting = 'grafana/provisioning/alerting';
const sources = 'grafana/provisioning/datasources/all.yaml';

function read(files: Readonly<Record<string, string | object>>) {
  const texts = Object.entries(files).map(
    ([path, content]) =>
      [path, typeof content === 'string' ? content : JSON.stringify(content, undefined, 1)] as const,
  );
  const adopted = adopt(new Map(texts), new Map(), Object.keys(files));
  return {
    adopted,
    listed: adopted.adoption.replacements.map(({ line, path, what }) => `${line ?? ''} ${path}: ${what}`),
    problems: checkGrafana(fillVariables(adopted), (path) => adopted.place(path)).map(
      ({ where, message }) => `${where}: ${message}`,
    ),
  };
}

const elsewhere = `apiVersion: 1
datasources:
  - name: Prometheus
    type: prometheus
    url: https://mimir.example/prometheus
    basicAuth: true
    basicAuthUser: tenant
    isDefault: true
    jsonData: { timeInterval: 30s, tlsAuth: true, httpHeaderName1: X-Scope-OrgID }
    secureJsonData: { basicAuthPassword: $PASSWORD }
  - { name: Logs, uid: logs, type: loki, url: http://loki.logging.svc:3100 }
  - { name: Metrics of AWS, uid: aws, type: cloudwatch }
`;

const query = (uid: string, model: object, refId = 'A') => ({
  ...{ refId, datasourceUid: uid, relativeTimeRange: { from: 600, to: 0 } },
  model: { refId, ...model },
});
const threshold = {
  ...{ refId: 'B', datasourceUid: '__expr__' },
  model: {
    refId: 'B',
    type: 'threshold',
    expression: 'A',
    conditions: [{ evaluator: { type: 'gt', params: [1] } }],
  },
};
const rule = (title: string, data: readonly object[], more: object = {}) => ({
  ...{
    id: 1,
    uid: title.toLowerCase(),
    orgID: 1,
    folderUID: 'f1',
    ruleGroup: 'checkout',
    title,
    condition: 'B',
  },
  ...{ data: [...data, threshold], noDataState: 'OK', execErrState: 'Error', for: '1m', isPaused: false },
  ...{ labels: { job: '{{ $labels.job }}' }, annotations: { summary: '{{ $values.A }}' } },
  ...{ notification_settings: null, record: null, updated: '2026-01-01T00:00:00Z', provenance: '', ...more },
});

const policy = `apiVersion: 1\npolicies: [{ orgId: 1, receiver: team }]\n`;
const points = (receivers: string) =>
  `apiVersion: 1\ncontactPoints: [{ orgId: 1, name: team, receivers: [${receivers}] }]\n`;
const webhook = points('{ uid: w, type: webhook, settings: { url: "http://127.0.0.1:1/" } }');

describe('adoptGrafana', () => {
  it('leads data sources to the back ends of the drill, by uid, and drops how production reaches its own', () => {
    const { adopted, listed } = read({ [sources]: elsewhere });
    expect(adopted.yaml(sources).datasources).to.deep.equal([
      {
        name: 'Prometheus',
        // As Grafana makes it of the name.
        uid: 'PBFA97CFB590B2093',
        isDefault: true,
        ...{
          type: 'prometheus',
          access: 'proxy',
          url: 'http://prometheus:9090',
          jsonData: { timeInterval: '30s' },
        },
      },
      { name: 'Logs', uid: 'logs', type: 'loki', access: 'proxy', url: 'http://loki:3100' },
    ]);
    expect(listed).to.deep.equal([
      '12 datasources[Metrics of AWS]: left out, and the rules that ask it',
      "11 datasources[Logs].url: leads to the drill's http://loki:3100",
      "5 datasources[Prometheus].url: leads to the drill's http://prometheus:9090",
    ]);
    const ours =
      'apiVersion: 1\ndatasources: [{ name: a, uid: a, type: prometheus, url: "http://prometheus:9090", jsonData: { x: 1 } }]\n';
    expect(read({ [sources]: ours }).adopted.get(sources)).to.equal(ours);
  });

  it('makes provisioning files of what the API exports, with the lines of the export', () => {
    const { adopted, listed, problems } = read({
      [sources]: elsewhere,
      [`${alerting}/rules.json`]: [
        rule('Slow', [query('logs', { expr: 'sum(count_over_time({a="b"}[1m]))' })]),
      ],
      [`${alerting}/group.json`]: {
        ...{ title: 'other', folderUid: 'f2', interval: 120 },
        rules: [rule('Down', [query('PBFA97CFB590B2093', { expr: 'up' })])],
      },
      [`${alerting}/ruler.json`]: {
        Shop: [
          {
            ...{ name: 'ruled', interval: '1m' },
            rules: [
              {
                ...{ expr: '', for: '5m', labels: { team: 'a' }, annotations: {} },
                grafana_alert: {
                  ...{ uid: 'r', title: 'Ruled', condition: 'B', namespace_uid: 'x', rule_group: 'ruled' },
                  ...{ no_data_state: 'NoData', exec_err_state: 'Error', is_paused: false },
                  data: [query('PBFA97CFB590B2093', { expr: 'up' }), threshold],
                },
              },
            ],
          },
        ],
      },
      [`${alerting}/points.json`]: [
        {
          uid: 'p',
          name: 'team',
          type: 'pagerduty',
          settings: { integrationKey: '[REDACTED]' },
          provenance: 'api',
        },
        {
          uid: 's',
          name: 'team',
          type: 'slack',
          settings: { recipient: '#a', text: 'costs $5' },
          secureFields: { url: true },
        },
      ],
      [`${alerting}/policies.json`]: {
        receiver: 'team',
        group_by: ['alertname'],
        routes: [],
        provenance: '',
      },
      [`${alerting}/mutes.json`]: [
        { name: 'nights', time_intervals: [{ weekdays: ['monday'] }], version: 'x' },
      ],
      [`${alerting}/templates.json`]: [
        { name: 'text', template: '{{ define "text" }}a{{ end }}', provenance: '' },
      ],
    });
    expect(problems).to.deep.equal([]);
    const groups = maps(adopted.yaml(`${alerting}/rules.yaml`).groups);
    expect(groups.map(({ name, folder, interval }) => [name, folder, interval])).to.deep.equal([
      ['checkout', 'f1', '1m'],
    ]);
    const [slow] = maps(groups[0]?.rules);
    expect(slow).to.include({ uid: 'slow', title: 'Slow', for: '1m', isPaused: false });
    expect(slow?.labels).to.deep.equal({ job: '{{ $$labels.job }}' });
    expect(slow?.annotations).to.deep.equal({ summary: '{{ $values.A }}' });
    expect(slow).to.not.have.any.keys('id', 'notification_settings', 'record', 'updated');
    expect(maps(adopted.yaml(`${alerting}/group.yaml`).groups)[0]).to.include({
      name: 'other',
      interval: '120s',
    });
    const [ruled] = maps(adopted.yaml(`${alerting}/ruler.yaml`).groups);
    expect(ruled).to.include({ folder: 'Shop', name: 'ruled', interval: '1m' });
    expect(maps(ruled?.rules)[0]).to.include({ title: 'Ruled', for: '5m', noDataState: 'NoData' });
    const [point] = maps(adopted.yaml(`${alerting}/points.yaml`).contactPoints);
    const [pager, slack] = maps(point?.receivers).map(({ settings }) => map(settings));
    expect(pager?.integrationKey).to.match(/^[0-9a-f]{32}$/);
    expect(slack?.url).to.match(/^https:\/\/hooks\.slack\.com\/services\/T/);
    expect(slack?.text).to.equal('costs $$5');
    expect(adopted.yaml(`${alerting}/policies.yaml`).policies).to.deep.equal([
      { orgId: 1, receiver: 'team', group_by: ['alertname'], routes: [] },
    ]);
    expect(listed.filter((one) => one.includes('read as grafana/provisioning/alerting/'))).to.have.length(7);
    expect(adopted.place(`${alerting}/points.yaml`).to('contactPoints', 0, 'receivers', 1).line).to.equal(
      `${alerting}/points.json:11`,
    );
    for (const [path, text] of adopted)
      if (path.includes('points')) expect(confineGrafana(path, text)).to.deep.equal([]);
  });

  it('makes up what an export hides and what production takes from its environment, the same for the same', () => {
    const { adopted, listed } = read({
      [`${alerting}/points.yaml`]: points(
        '{ uid: a, type: pagerduty, settings: { integrationKey: $PD_KEY } }, { uid: b, type: pagerduty, settings: { integrationKey: "$__file{/etc/key}" } }, { uid: c, type: pagerduty, settings: { integrationKey: $PD_KEY, summary: "costs $$5" } }, { uid: d, type: telegram, settings: { bottoken: "[REDACTED]", chatid: "1" } }',
      ),
      'receivers/telegram.yml': 'bot_token: "1:abc"\nchat_id: "1"\n',
    });
    const [point] = maps(adopted.yaml(`${alerting}/points.yaml`).contactPoints);
    const [a, b, c, d] = maps(point?.receivers).map(({ settings }) => map(settings));
    expect(a?.integrationKey)
      .to.match(/^[0-9a-f]{32}$/)
      .and.equal(c?.integrationKey)
      .and.not.equal(b?.integrationKey);
    expect(c?.summary).to.equal('costs $$5');
    expect(d?.bottoken).to.equal('1:abc');
    expect(listed).to.have.length(4);
  });

  it('leaves out rules that ask what a drill has not, and adds data sources that no file has', () => {
    const group: Yaml = {
      ...{ orgId: 1, name: 'g', folder: 'f', interval: '1m' },
      rules: [
        rule('Cloud', [query('aws', { metricName: 'x' })]),
        rule('Search', [query('es', { datasource: { type: 'elasticsearch', uid: 'es' } })]),
        rule('Kept', [query('prod-metrics', { expr: 'rate(x[$__rate_interval])' })]),
        rule('Lines', [query('prod-logs', { expr: 'count_over_time({a="b"} |= "x" [1m])' })]),
      ].map(
        ({
          id: _,
          orgID: __,
          folderUID: ___,
          ruleGroup: ____,
          notification_settings: _____,
          record: ______,
          updated: _______,
          provenance: ________,
          labels: _________,
          ...rest
        }) => rest,
      ),
    };
    const { adopted, listed, problems } = read({
      [sources]: elsewhere,
      [`${alerting}/rules.yaml`]: { apiVersion: 1, groups: [group] },
      [`${alerting}/policy.yaml`]: policy,
      [`${alerting}/points.yaml`]: webhook,
    });
    const [left] = maps(adopted.yaml(`${alerting}/rules.yaml`).groups);
    expect(maps(left?.rules).map(({ title }) => title)).to.deep.equal(['Kept', 'Lines']);
    expect(
      maps(adopted.yaml('grafana/provisioning/datasources/of-rules.yaml').datasources).map(
        ({ uid, type }) => [uid, type],
      ),
    ).to.deep.equal([
      ['prod-logs', 'loki'],
      ['prod-metrics', 'prometheus'],
    ]);
    expect(listed.filter((one) => one.endsWith('left out: a drill cannot judge this rule'))).to.have.length(
      2,
    );
    expect(problems).to.deep.equal([]);
    const expectations = [{ kind: 'page', alert: 'Search', receiver: 'webhook', within: '5m' }] as never;
    expect(
      unknownAlerts({ expectations }, adopted, String)
        .map(({ message }) => message)
        .join(),
    ).to.match(
      /^a drill cannot judge Search \(.*rules\.yaml:\d+\): it asks the data source es of the type elasticsearch, which a drill has not$/,
    );
    const misspelt = read({
      [sources]: elsewhere,
      [`${alerting}/rules.json`]: [rule('Slow', [query('logz', { expr: 'up' })])],
    });
    expect(misspelt.problems.join()).to.contain('there is no data source "logz"');
  });

  it('leaves out settings of newer versions that change nothing, and the policies of the project', () => {
    const policies = `${alerting}/policies.yaml`;
    const own: Record<string, string> = {
      [`${alerting}/own.yaml`]: `${policy}groups: [{ orgId: 1, name: g, folder: f, interval: 1m, rules: [{ uid: u, title: T, missing_series_evals_to_resolve: 1, keep_firing_for: 0s, keepFiringFor: 5m }] }]\n`,
    };
    const files = adopt(new Map([...Object.entries(own), [policies, policy]]), new Map(), Object.keys(own));
    expect(files.has(policies)).to.equal(false);
    const [group] = maps(files.yaml(`${alerting}/own.yaml`).groups);
    expect(maps(group?.rules)).to.deep.equal([{ uid: 'u', title: 'T', keepFiringFor: '5m' }]);
    expect(files.adoption.replacements.map(({ what }) => what)).to.deep.equal([
      'left out: a series that is gone is resolved after 2 evaluations, not 1',
    ]);
    const ofProject =
      'apiVersion: 1\ndatasources: [{ name: Prometheus, uid: prometheus, type: prometheus, isDefault: true }]\n';
    const mine = ofProject.replace('uid: prometheus', 'uid: mine');
    const both = adopt(
      new Map([
        [sources, ofProject],
        [sources.replace('all', 'mine'), mine],
      ]),
      new Map(),
      [sources.replace('all', 'mine')],
    );
    expect(maps(both.yaml(sources.replace('all', 'mine')).datasources)[0])
      .to.include({ name: 'Prometheus (mine)', uid: 'mine' })
      .and.not.have.property('isDefault');
  });

  it('opens ConfigMaps, finds dashboards, and takes them out of exports', () => {
    const { adopted, problems, listed } = read({
      'grafana/manifests.yaml': `apiVersion: v1
kind: ConfigMap
metadata: { name: sources, labels: { grafana_datasource: "1" } }
data:
  sources.yaml: |
    apiVersion: 1
    datasources:
      - { name: a, uid: a, type: prometheus, url: "http://prometheus-operated:9090" }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: boards, labels: { grafana_dashboard: "1" } }
data:
  board.json: '{ "title": "Board", "uid": "b", "schemaVersion": 38, "panels": [{ "datasource": { "type": "prometheus", "uid": "gone" } }] }'
`,
      'grafana/provisioning/dashboards/all.yaml':
        'apiVersion: 1\nproviders: [{ name: all, type: file, options: { path: /var/lib/grafana/dashboards } }]\n',
      'grafana/dashboards/export.json': {
        dashboard: { title: 'Export', uid: 'e', schemaVersion: 38, panels: [] },
        meta: {},
      },
    });
    expect(problems).to.deep.equal([]);
    const board = JSON.parse(adopted.get('grafana/provisioning/dashboards/boards-board.json') ?? '{}');
    expect(board.panels).to.deep.equal([{ datasource: { type: 'prometheus', uid: 'a' } }]);
    expect(
      maps(adopted.yaml('grafana/provisioning/datasources/sources-sources.yaml').datasources)[0]?.url,
    ).to.equal('http://prometheus:9090');
    expect(
      map(maps(adopted.yaml('grafana/provisioning/dashboards/all.yaml').providers)[0]?.options).path,
    ).to.equal('$GF_PATHS_PROVISIONING/dashboards');
    expect(listed.length).to.be.greaterThan(4);
  });

  it('refuses two ConfigMaps whose files would be one', () => {
    const sources = (namespace: string, name: string) => `apiVersion: v1
kind: ConfigMap
metadata: { name: sources, namespace: ${namespace} }
data:
  a.yaml: |
    datasources: [{ name: ${name}, uid: a, type: prometheus, url: "http://a:9090" }]
`;
    const problems = (second: string) =>
      read({ 'grafana/all.yaml': [sources('one', 'a'), second].join('---\n') }).adopted.adoption.problems;
    expect(problems(sources('two', 'b')).map(({ message }) => message)).to.deep.equal([
      'a.yaml of ConfigMap two/sources and grafana/all.yaml would be the same file grafana/provisioning/datasources/sources-a.yaml',
    ]);
    expect(problems(sources('two', 'a'))).to.deep.equal([]);
  });
});
