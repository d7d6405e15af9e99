import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { readConfigFiles } from '../config-files.ts';
import { WrittenFiles } from '../files/files.ts';
import { panelsOf } from './check-dashboards.ts';
import { checkGrafana } from './check-grafana.ts';

const at = 'grafana/provisioning/';
const written = await readConfigFiles([fileURLToPath(new URL('../../stacks/config-full', import.meta.url))]);

/** The project's files with one replaced. */
function changed(path: string, from: string, to: string): WrittenFiles {
  const text = written.get(at + path) ?? '';
  if (!text.includes(from)) throw new Error(`${path} does not say ${from}`);
  return new WrittenFiles([...written, [at + path, text.replace(from, () => to)]]);
}

describe('checkGrafana', () => {
  it("finds no fault in the project's files", () => {
    expect(checkGrafana(written)).to.deep.equal([]);
  });

  it('refuses alerts that no policy leads anywhere', () => {
    const files = new Map([...written, [`${at}alerting/policies.yaml`, 'policies: []']]);
    expect(checkGrafana(files).map(({ where }) => where)).to.deep.equal([
      'grafana/provisioning/alerting: policies',
    ]);
  });

  const faults = {
    'a dashboard that is no JSON': ['dashboards/slo.json', '{', '{,', 'dashboards/slo.json: is no JSON'],
    'a panel of an unknown data source': [
      'dashboards/slo.json',
      '"uid": "prometheus"',
      '"uid": "prom"',
      'dashboards/slo.json: panels[Availability].datasource: there is no data source "prom"',
    ],
    'a rule of an unknown data source': [
      'alerting/rules.yaml',
      'datasourceUid: loki',
      'datasourceUid: logs',
      'alerting/rules.yaml: groups[backend].rules[Bug Report].data[A].datasourceUid: there is no data source "logs"',
    ],
    'an expression on a missing query': [
      'alerting/rules.yaml',
      'type: reduce, reducer: last, expression: A',
      'type: reduce, reducer: last, expression: Q',
      'alerting/rules.yaml: groups[platform].rules[Service Down Report].data[B].model: no query or expression has the refId "Q"',
    ],
    'arithmetic with a missing query': [
      'alerting/rules.yaml',
      '$C > 0.7 || $D',
      '$C > 0.7 || $Z',
      'alerting/rules.yaml: groups[platform].rules[Resource Usage].data[E].model: no query or expression has the refId "Z"',
    ],
    'two queries with the same refId': [
      'alerting/rules.yaml',
      `- refId: B
            datasourceUid: prometheus`,
      `- refId: A
            datasourceUid: prometheus`,
      'alerting/rules.yaml: groups[platform].rules[Resource Usage].data[1].refId: another query of the rule also has the refId "A"',
    ],
    'a rule without a condition': [
      'alerting/rules.yaml',
      'condition: C',
      'condition:',
      'alerting/rules.yaml: groups[platform].rules[Service Down Report].condition: is missing',
    ],
    'a condition that names nothing': [
      'alerting/rules.yaml',
      'condition: C',
      'condition: Z',
      'alerting/rules.yaml: groups[platform].rules[Service Down Report].condition: no query or expression has the refId "Z"',
    ],
    'a query that does not parse': [
      'alerting/rules.yaml',
      'avg by (job, instance) (avg_over_time(',
      'avg by (job, instance) (avg_over_time((',
      'alerting/rules.yaml: groups[platform].rules[Resource Usage].data[A].model.expr: PromQL expression: line 1',
    ],
    'a group that the tick does not divide': [
      'alerting/rules.yaml',
      'interval: 1m',
      'interval: 15s',
      'alerting/rules.yaml: groups[platform].interval: "15s" is no interval',
    ],
    'an annotation whose template does not close': [
      'alerting/rules.yaml',
      'One request in a hundred to {{ $labels.job }}',
      'One request in a hundred to {{ $labels.job }',
      'alerting/rules.yaml: groups[backend].rules[High Latency].annotations.summary: {{ is not closed by }}',
    ],
    'a contact point without its token': [
      'alerting/contact-points.yaml',
      'bottoken:',
      'token:',
      'alerting/contact-points.yaml: contactPoints[telegram].receivers[telegram].settings.bottoken: is missing',
    ],
    'a chat id that is a number': [
      'alerting/contact-points.yaml',
      '"-1001234567890"',
      '-1001234567890',
      'alerting/contact-points.yaml: contactPoints[telegram].receivers[telegram].settings.chatid: is a number',
    ],
    'a webhook without an address': [
      'alerting/contact-points.yaml',
      'url: http://webhook.internal/grafana',
      'httpMethod: POST',
      'alerting/contact-points.yaml: contactPoints[webhook].receivers[webhook].settings.url: is missing',
    ],
    'a message by a template that there is not': [
      'alerting/contact-points.yaml',
      'firedrill.slack',
      'firedrill.slak',
      'alerting/contact-points.yaml: contactPoints[slack].receivers[slack].settings.text: there is no template "firedrill.slak"',
    ],
    'a template without an end': [
      'alerting/templates.yaml',
      '{{ else }}✅ Resolved{{ end }}',
      '{{ else }}✅ Resolved',
      'alerting/templates.yaml: templates[firedrill].template: line 9: {{ define }} has no {{ end }}',
    ],
    'a policy of a contact point that there is not': [
      'alerting/policies.yaml',
      'receiver: slack',
      'receiver: slak',
      'alerting/policies.yaml: policies[0].routes[0].receiver: there is no contact point "slak"',
    ],
    'a data source without a uid': [
      'datasources/datasources.yaml',
      'uid: tempo',
      'orgId: 1',
      'datasources/datasources.yaml: datasources[Tempo].uid: is missing',
    ],
    'a rule with a key of a newer version': [
      'alerting/rules.yaml',
      'condition: C',
      'condition: C\n        missingSeriesEvalsToResolve: 3',
      'alerting/rules.yaml: groups[platform].rules[Service Down Report].missingSeriesEvalsToResolve: this Grafana (10.0) knows no such key and would pass over it: a series that is gone would be resolved',
    ],
    'a misspelt key of a rule': [
      'alerting/rules.yaml',
      'noDataState:',
      'no_data_state:',
      'alerting/rules.yaml: groups[platform].rules[Service Down Report].no_data_state: this Grafana (10.0) knows no such key',
    ],
    'a key of the group that is the rule’s': [
      'alerting/rules.yaml',
      'interval: 1m',
      'interval: 1m\n    isPaused: true',
      'alerting/rules.yaml: groups[platform].isPaused: this Grafana (10.0) knows no such key',
    ],
    'a state without data that newer versions have': [
      'alerting/rules.yaml',
      'noDataState: OK',
      'noDataState: KeepLast',
      'alerting/rules.yaml: groups[platform].rules[Service Down Report].noDataState: this Grafana (10.0) knows no "KeepLast" here',
    ],
    'a state for errors that newer versions have': [
      'alerting/rules.yaml',
      'execErrState: Error',
      'execErrState: KeepLast',
      'alerting/rules.yaml: groups[platform].rules[Service Down Report].execErrState: this Grafana (10.0) knows no "KeepLast" here',
    ],
    'a reducer that newer versions have': [
      'alerting/rules.yaml',
      'reducer: last',
      'reducer: median',
      'alerting/rules.yaml: groups[platform].rules[Service Down Report].data[B].model.reducer: this Grafana (10.0) knows no "median" here',
    ],
    'a label that Grafana would fill in from its environment': [
      'alerting/rules.yaml',
      'service: "{{ $$labels.job }}"',
      'service: "{{ $labels.job }}"',
      'alerting/rules.yaml: groups[platform].rules[Service Down Report].labels.service: Grafana would put a variable of its environment in place of $labels…',
    ],
    'a policy that is in force at times, as newer versions have it': [
      'alerting/policies.yaml',
      'group_wait: ',
      'active_time_intervals: [weekdays]\n    group_wait: ',
      'alerting/policies.yaml: policies[0].active_time_intervals: this Grafana (10.0) knows no such key and would pass over it: the route would be in force at all times',
    ],
    'a policy that is muted by no timing': [
      'alerting/policies.yaml',
      'group_wait: ',
      'mute_time_intervals: [weekend]\n    group_wait: ',
      'alerting/policies.yaml: policies[0].mute_time_intervals[0]: there is no mute timing "weekend"',
    ],
    'a setting of a contact point that newer versions have': [
      'alerting/contact-points.yaml',
      'bottoken:',
      'message_thread_id: "7"\n          bottoken:',
      'alerting/contact-points.yaml: contactPoints[telegram].receivers[telegram].settings.message_thread_id: this Grafana (10.0) knows no such key and would pass over it: the message would go to no thread',
    ],
    'a setting of another type': [
      'alerting/contact-points.yaml',
      'bottoken:',
      'disable_notifications: "yes"\n          bottoken:',
      'alerting/contact-points.yaml: contactPoints[telegram].receivers[telegram].settings.disable_notifications: expected true or false',
    ],
    'a template with a key too many': [
      'alerting/templates.yaml',
      'name:',
      'kind: grafana\n    name:',
      'alerting/templates.yaml: templates[firedrill].kind: this Grafana (10.0) knows no such key',
    ],
    'a data source with a key of a newer version': [
      'datasources/datasources.yaml',
      'apiVersion: 1',
      'apiVersion: 1\nprune: true',
      'datasources/datasources.yaml: prune: this Grafana (10.0) knows no such key and would pass over it',
    ],
    'data sources in the old form': [
      'datasources/datasources.yaml',
      'apiVersion: 1',
      '',
      'datasources/datasources.yaml: apiVersion: is missing',
    ],
    'a provider of dashboards with a misspelt key': [
      'dashboards/dashboards.yaml',
      'folderUid:',
      'folderUID:',
      'dashboards/dashboards.yaml: providers[firedrill].folderUID: this Grafana (10.0) knows no such key',
    ],
    'a provider of dashboards elsewhere': [
      'dashboards/dashboards.yaml',
      '$GF_PATHS_PROVISIONING/dashboards',
      '/var/lib/grafana/dashboards',
      'dashboards/dashboards.yaml: providers[firedrill].options.path: /var/lib/grafana/dashboards is no folder',
    ],
    'an organization that there is not': [
      'alerting/policies.yaml',
      'policies:\n  - orgId: 1',
      'policies:\n  - orgId: 2',
      'alerting/policies.yaml: policies[0].orgId: there is no organization 2',
    ],
  } as const;
  for (const [what, [path, from, to, told]] of Object.entries(faults)) {
    it(`tells of ${what}`, () => {
      // Lines of the project's own files are no matter of these tests.
      const lines = checkGrafana(changed(path, from, to)).map(
        ({ where, message }) => `${where.replace(/:\d+(?=:|$)/, '')}: ${message}`,
      );
      expect(
        lines.some((line) => line.startsWith(at + told)),
        lines.join('\n'),
      ).to.equal(true);
      expect(lines.every((line) => line.startsWith(at + path))).to.equal(true);
    });
  }

  it('tells of what two files say, of which Grafana would keep one', () => {
    const both = new Map([
      ...written,
      [`${at}alerting/zz.yaml`, written.get(`${at}alerting/policies.yaml`) ?? ''],
    ]);
    expect(checkGrafana(both).map(({ where, message }) => [where, message])).to.deep.equal([
      [
        `${at}alerting/zz.yaml:3: policies[0]`,
        `the tree of notification policies is also at ${at}alerting/policies.yaml:3: policies[0]: Grafana would use only one of them`,
      ],
    ]);
    const rules = new Map([
      ...written,
      [`${at}alerting/zz.yaml`, written.get(`${at}alerting/rules.yaml`) ?? ''],
    ]);
    const told = checkGrafana(rules).map(({ where }) => where.replace(/:\d+/, ''));
    expect(told).to.include.members([
      `${at}alerting/zz.yaml: groups[platform].rules[Service Down Report].uid`,
      `${at}alerting/zz.yaml: groups[platform].rules[Service Down Report].title`,
    ]);
  });

  it('tells of two dashboards of one uid', () => {
    const copy = new Map([
      ...written,
      [`${at}dashboards/team.json`, written.get(`${at}dashboards/slo.json`) ?? ''],
    ]);
    expect(checkGrafana(copy).map(({ where }) => where)).to.deep.equal([`${at}dashboards/team.json:2: uid`]);
  });

  it('takes what Grafana’s own pages export', () => {
    const text = (written.get(`${at}alerting/rules.yaml`) ?? '')
      .replace(
        'condition: C',
        'condition: C\n        dashboardUid: slo\n        panelId: 1\n        isPaused: false',
      )
      .replace(
        'reducer: last',
        "reducer: Last, hide: false, settings: { mode: '' }, conditions: [{ evaluator: { params: [], type: gt }, operator: { type: and }, query: { params: [B] }, reducer: { params: [], type: last }, type: query }]",
      );
    expect(checkGrafana(new Map([...written, [`${at}alerting/rules.yaml`, text]]))).to.deep.equal([]);
  });

  it('takes the address of any of PagerDuty’s regions, and no other', () => {
    const withUrl = (url: string) =>
      checkGrafana(
        changed(
          'alerting/contact-points.yaml',
          '    receivers:',
          `    receivers:\n      - { uid: pd, type: pagerduty, settings: { integrationKey: k, url: "${url}" } }`,
        ),
      ).map(({ where }) => where.split(': ')[1]);
    expect(withUrl('https://events.eu.pagerduty.com/v2/enqueue')).to.deep.equal([]);
    expect(withUrl('https://events.example.com/v2/enqueue')).to.deep.equal([
      'contactPoints[telegram].receivers[pd].settings.url',
    ]);
  });

  it('names the data source that was meant, and those that there are, the nearest first', () => {
    const [problem, ...others] = checkGrafana(
      changed('alerting/rules.yaml', 'datasourceUid: loki', 'datasourceUid: lokki'),
    );
    expect(others).to.deep.equal([]);
    expect(problem?.where).to.match(/alerting\/rules\.yaml:\d+: groups\[backend\]/);
    expect(problem?.hint).to.equal(
      'did you mean loki? known: loki, tempo, prometheus; expressions have __expr__',
    );
  });

  it('guesses nothing that a file which cannot be read may have', () => {
    const unread = (path: string) =>
      checkGrafana(new WrittenFiles([...written, [at + path, 'a: [']])).map(({ where }) => where);
    expect(unread('alerting/contact-points.yaml')).to.deep.equal([`${at}alerting/contact-points.yaml:1`]);
    expect(unread('alerting/policies.yaml')).to.deep.equal([`${at}alerting/policies.yaml:1`]);
    expect(unread('datasources/datasources.yaml')).to.deep.equal([`${at}datasources/datasources.yaml:1`]);
  });

  it('names the key that was meant, or those that there are', () => {
    const hints = (to: string) =>
      checkGrafana(changed('alerting/rules.yaml', 'noDataState:', to)).map(({ hint }) => hint);
    expect(hints('nodatastate:')[0]).to.match(/^did you mean noDataState\? known: noDataState, /);
    expect(hints('keepFiringFor:')).to.deep.equal(['leave it out of the configuration for drills']);
    expect(hints('whatever:')[0]).to.match(/^leave it out of the configuration for drills; known: /);
  });

  it('tells every fault of every file at once', () => {
    const files = new Map([
      [`${at}alerting/a.yaml`, 'policies: [{ receiver: nobody }]\ngroups: [{ name: g, folder: f }]'],
      [`${at}dashboards/a.json`, '[]'],
      ['prometheus/prometheus.yml', 'policies: [{ receiver: nobody }]'],
    ]);
    expect(checkGrafana(files).map(({ where }) => where)).to.deep.equal([
      `${at}alerting/a.yaml:1: policies[0].receiver`,
      `${at}alerting/a.yaml:2: groups[g].interval`,
      `${at}dashboards/a.json: title`,
    ]);
  });

  for (const [path, text] of written) {
    if (!path.endsWith('.json') || !path.startsWith(at)) continue;
    it(`${path.slice(at.length)} has at most ten panels, each with a query`, () => {
      const panels = panelsOf(JSON.parse(text));
      expect(panels.length).to.be.within(1, 10);
      for (const { title, targets } of panels) expect(targets, String(title)).to.not.be.empty;
    });
  }
});
