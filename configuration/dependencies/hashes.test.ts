import { expect } from 'chai';
import { changedDependencies, dependencyParts } from '../../core/dependencies.ts';
import { WrittenFiles } from '../files/files.ts';
import { configuredAlerts } from './configured-alerts.ts';
import { dependencyHashesOf, type End } from './hashes.ts';
import { normalExpression } from './normal-form.ts';

const files = {
  'prometheus/prometheus.yml': `
global: { evaluation_interval: 15s, external_labels: { cluster: a } }
rule_files: [rules/*.yml]
scrape_configs:
  - job_name: web
    static_configs: [{ targets: [web:8080] }]
    metric_relabel_configs: [{ source_labels: [__name__], regex: debug_.*, action: drop }]
  - job_name: other
    static_configs: [{ targets: [other:8080] }]
alerting:
  alertmanagers: [{ static_configs: [{ targets: [alertmanager:9093] }] }]
`,
  'prometheus/rules/own.yml': `
groups:
  - name: own
    rules:
      - record: job:errors:rate1m
        expr: sum by (job) (rate(errors_total[1m]))
      - record: job:latency:p99
        expr: histogram_quantile(0.99, sum by (le) (rate(latency_bucket[5m])))
      - alert: Errors
        expr: job:errors:rate1m / sum by (job) (rate(attempts_total[1m])) > 0.05
        for: 2m
        labels: { severity: critical, team: a }
        annotations:
          summary: Many errors
          runbook: https://runbooks.internal/a
`,
  'prometheus/rules/other.yml': `
groups:
  - name: other
    rules:
      - alert: Other
        expr: up == 0
        labels: { severity: critical, team: b }
`,
  'alertmanager/alertmanager.yml': `
global: { resolve_timeout: 5m, slack_api_url: https://hooks.slack.com/services/T00000000/B00000000/abcdefghijklmnop }
templates: [templates/*.tmpl]
route:
  receiver: none
  group_by: [alertname, team]
  group_wait: 10s
  routes:
    - matchers: [team = b]
      receiver: team-b
    - matchers: [severity = critical]
      receiver: team-a
      mute_time_intervals: [nights]
inhibit_rules:
  - source_matchers: [alertname = DatabaseDown]
    target_matchers: [team = a]
    equal: [cluster]
  - source_matchers: [alertname = DatabaseDown]
    target_matchers: [team = b]
time_intervals:
  - name: nights
    time_intervals: [{ times: [{ start_time: '00:00', end_time: '06:00' }] }]
  - name: weekends
    time_intervals: [{ weekdays: ['saturday', 'sunday'] }]
receivers:
  - name: none
  - name: team-a
    slack_configs:
      - channel: '#a'
        title: '{{ template "title" . }}'
        text: 'x'
        http_config: { basic_auth: { username: me, password: p1 } }
  - name: team-b
    pagerduty_configs: [{ routing_key: 0123456789abcdef0123456789abcdef }]
`,
  'alertmanager/templates/own.tmpl': `
{{ define "title" }}{{/* what it is */}}{{ template "name" . }} is on{{ end }}
{{ define "name" }}{{ .CommonLabels.alertname }}{{ end }}
{{ define "unused" }}x{{ end }}
`,
};
type Path = keyof typeof files;

const sent = { alertname: 'Errors', severity: 'critical', team: 'a', cluster: 'a', job: 'x' };
const slack: End = { receiver: 'slack' };

function hashes(changed: Readonly<Record<string, (text: string) => string>> = {}, ends = [slack]) {
  const texts = Object.entries(files).map(([path, text]): [string, string] => {
    const change = changed[path];
    const next = change?.(text) ?? text;
    if (change) expect(next, 'the change changes something').not.to.equal(text);
    return [path, next];
  });
  const written = new WrittenFiles(texts);
  const configured = configuredAlerts(written).find(({ alert }) => alert === 'Errors');
  if (!configured) throw new Error('no such rule');
  return dependencyHashesOf(written, { configured, ends, sent: [sent] }, (value) => value);
}

const partsChangedBy = (path: Path, from: string | RegExp, to: string) => {
  const [before, after] = [hashes(), hashes({ [path]: (text) => text.replace(from, to) })];
  return dependencyParts.filter((part) => before[part] !== after[part]);
};

const prometheus = 'prometheus/prometheus.yml';
const own = 'prometheus/rules/own.yml';
const alertmanager = 'alertmanager/alertmanager.yml';
const templates = 'alertmanager/templates/own.tmpl';

const changes: readonly [string, Path, string | RegExp, string, ...string[]][] = [
  ['a threshold', own, '0.05', '0.06', 'rule'],
  ['for', own, 'for: 2m', 'for: 3m', 'rule'],
  ['keep_firing_for', own, 'for: 2m', 'for: 2m\n        keep_firing_for: 5m', 'rule'],
  ['a label', own, 'team: a', 'team: c', 'rule'],
  ['an annotation', own, 'Many errors', 'Some errors', 'rule'],
  ['a recording rule that it reads', own, 'errors_total[1m]', 'errors_total[5m]', 'rule'],
  ['the evaluation interval of its group', own, '- name: own', '- name: own\n    interval: 1m', 'rule'],
  ['the limit of its group', own, '- name: own', '- name: own\n    limit: 1', 'rule'],
  ['the default of the evaluation interval', prometheus, '15s', '30s', 'rule'],
  [
    'the scrape interval of a job',
    prometheus,
    '- job_name: web',
    '- job_name: web\n    scrape_interval: 2m',
    'scrape',
  ],
  ['the default of the scrape interval', prometheus, '{ eval', '{ scrape_interval: 2m, eval', 'scrape'],
  ['what a job drops of its metrics', prometheus, 'debug_', 'errors_', 'scrape'],
  ['the targets of a job', prometheus, 'web:8080', 'web:8081', 'scrape'],
  ['external labels', prometheus, 'cluster: a', 'cluster: b', 'route'],
  [
    'relabelling of alerts',
    prometheus,
    'alerting:',
    'alerting:\n  alert_relabel_configs: [{ action: labeldrop, regex: team }]',
    'route',
  ],
  ['matchers of its route', alertmanager, 'severity = critical', 'severity =~ "critical|page"', 'route'],
  ['an inherited group_wait', alertmanager, 'group_wait: 10s', 'group_wait: 30s', 'route'],
  ['grouping', alertmanager, '[alertname, team]', '[alertname]', 'route'],
  ['times at which it is muted', alertmanager, '06:00', '07:00', 'route'],
  ['an inhibit rule that may mute it', alertmanager, 'equal: [cluster]', 'equal: [job]', 'route'],
  ['the channel of its receiver', alertmanager, '#a', '#c', 'receiver'],
  ['a default of its receiver', alertmanager, 'resolve_timeout: 5m', 'resolve_timeout: 1m', 'receiver'],
  ['a template that its receiver uses', templates, 'is on', 'fires', 'templates'],
  ['a template that this one uses', templates, 'CommonLabels', 'GroupLabels', 'templates'],
  [
    'a template of the default message',
    templates,
    'define "unused"',
    'define "slack.default.footer"',
    'templates',
  ],
];

const unrelated: readonly [string, Path, string | RegExp, string][] = [
  ["another team's rule", 'prometheus/rules/other.yml', 'up == 0', 'up == 1'],
  ['a recording rule that it does not read', own, '0.99', '0.95'],
  ["another team's route", alertmanager, 'team = b]\n      receiver', 'team =~ "b|d"]\n      receiver'],
  ["another team's receiver", alertmanager, 'routing_key: 0123', 'severity: info, routing_key: 0123'],
  ['an inhibit rule for others', alertmanager, 'target_matchers: [team = b]', 'target_matchers: [team = d]'],
  ['a time interval of no route of it', alertmanager, "'saturday', ", ''],
  ['a template that nothing uses', templates, '}}x{{', '}}y{{'],
  ['a comment in a template', templates, 'what it is', 'what it is about'],
  ['a comment', own, 'for: 2m', 'for: 2m # not yet'],
  ['an equal duration', own, 'for: 2m', 'for: 120s'],
  ['the form of an expression', own, ' > 0.05', '\n            >   0.05'],
  ['a comment in an expression', own, /expr: (job:.*)/, 'expr: |\n          # errors\n          $1'],
  ['the order of labels', own, 'severity: critical, team: a', 'team: a, severity: critical'],
  ['an equal scrape interval', prometheus, '- job_name: web', '- job_name: web\n    scrape_interval: 60s'],
  ['the order of jobs', prometheus, /( {2}- job_name: web[\s\S]*)( {2}- job_name: other\n.*\n)/, '$2$1'],
  ['a secret', alertmanager, 'p1', 'p2'],
];

describe('hashes of what an alert depends on', () => {
  for (const [what, path, from, to, ...parts] of changes) {
    it(`tell a change of ${what}`, () => {
      expect(partsChangedBy(path, from, to)).to.deep.equal(parts);
    });
  }

  for (const [what, path, from, to] of unrelated) {
    it(`do not change with ${what}`, () => {
      expect(partsChangedBy(path, from, to)).to.deep.equal([]);
    });
  }

  const readOnly = (matcher: string, more = '') => ({
    [own]: (text: string) =>
      text
        .replace('errors_total[1m]', `errors_total{${matcher}}[1m]`)
        .replace('attempts_total[1m]', `attempts_total{${matcher}}[1m]`),
    [prometheus]: (text: string) => text.replace('- job_name: other', `- job_name: other${more}`),
  });
  const honours = '\n    honor_labels: true';
  for (const [matcher, more, changes] of [
    ['job="web"', '', false],
    ['job=~"w.*"', '', false],
    ['job!="web"', '', true],
    ['instance="x"', '', true],
    ['job="web"', honours, true],
    ['job="web"', '\n    relabel_configs: [{ target_label: job, replacement: web }]', true],
    ['job="web"', '\n    relabel_configs: [{ target_label: zone, replacement: a }]', false],
  ] as const)
    it(`${changes ? '' : 'do not '}tell how the job other is scraped if the rule reads {${matcher}}${more}`, () => {
      const slower = `${more}\n    scrape_interval: 2m`;
      expect(
        hashes(readOnly(matcher, ` ${slower}`)).scrape !== hashes(readOnly(matcher, ` ${more}`)).scrape,
      ).to.equal(changes);
    });

  it('tell that a route before it takes the alert', () => {
    expect(partsChangedBy(alertmanager, 'team = b]', 'team =~ "a|b"]')).to.deep.equal([
      'route',
      'templates',
      'receiver',
    ]);
  });

  it('are of the routes to the expected receiver only', () => {
    const further = {
      [alertmanager]: (text: string) =>
        text.replace('  routes:\n', '  routes:\n    - { receiver: team-b, continue: true }\n'),
    };
    expect(hashes(further)).to.deep.equal(hashes());
    const both = [slack, { receiver: 'pagerduty' }];
    expect(hashes(further, both)).not.to.deep.equal(hashes({}, both));
  });

  it('tell another address of a receiver, although it is secret, and nothing but that', () => {
    const written = (key: string) =>
      new WrittenFiles(
        Object.entries({
          ...files,
          [alertmanager]: files[alertmanager].replace('abcdefghijklmnop', key),
        }),
      );
    const of = (key: string) => {
      const own = written(key);
      const [configured] = configuredAlerts(own);
      const hide = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll(key, '…')) as T;
      return configured && dependencyHashesOf(own, { configured, ends: [slack], sent: [sent] }, hide);
    };
    const [one, other] = [of('abcdefghijklmnop'), of('ponmlkjihgfedcba')];
    expect(one?.receiver).not.to.equal(other?.receiver);
    expect({ ...one, receiver: '' }).to.deep.equal({ ...other, receiver: '' });
    expect(of('abcdefghijklmnop')).to.deep.equal(one);
  });
});

describe('the parts that have changed', () => {
  const then = { rule: 'a', route: 'b', templates: 'c', receiver: 'd' };
  it('are those of today that differ; one that an older line does not have is not compared', () => {
    expect(changedDependencies({ ...then, scrape: 'e', route: 'x' }, then)).to.deep.equal(['route']);
    expect(changedDependencies({ ...then, scrape: 'e' }, { ...then, scrape: 'f' })).to.deep.equal(['scrape']);
    expect(changedDependencies(undefined, { ...then, scrape: 'f' })).to.deep.equal([...dependencyParts]);
  });
});

describe("hashes of what Grafana's alerts depend on", () => {
  const rule = (expr = 'count_over_time({a="b"} |= "x" [5m])') => ({
    uid: 'u1',
    title: 'Lines',
    condition: 'B',
    for: '1m',
    data: [
      { refId: 'A', datasourceUid: 'lines', relativeTimeRange: { from: 300 }, model: { expr } },
      { refId: 'B', datasourceUid: '__expr__', model: { type: 'threshold', expression: 'A' } },
    ],
    labels: { team: 'a' },
  });
  const configuration = {
    groups: [{ name: 'g', folder: 'f', interval: '1m', rules: [rule()] }],
    policies: [{ receiver: 'team', group_by: ['alertname'], routes: [] as object[] }],
    contactPoints: [
      { name: 'team', receivers: [{ uid: 'c', type: 'telegram', settings: { bottoken: 's', chatid: '1' } }] },
      { name: 'others', receivers: [{ uid: 'd', type: 'slack', settings: { url: 'u' } }] },
    ],
    templates: [{ name: 'own', template: '{{ define "telegram.default.message" }}a{{ end }}' }],
  };
  const sources = { datasources: [{ uid: 'lines', type: 'loki', jsonData: { timeInterval: '15s' } }] };
  const of = (changed: Partial<typeof configuration> = {}, changedSources = sources) => {
    const written = new WrittenFiles([
      ['grafana/provisioning/alerting/a.yaml', JSON.stringify({ ...configuration, ...changed })],
      ['grafana/provisioning/datasources/a.yaml', JSON.stringify(changedSources)],
    ]);
    const [configured] = configuredAlerts(written);
    if (!configured) throw new Error('no rule');
    const asked = { configured, ends: [{ receiver: 'telegram' }], sent: [{ alertname: 'Lines', team: 'a' }] };
    return dependencyHashesOf(written, asked, (value) => value);
  };
  const partsChanged = (after: ReturnType<typeof of>) =>
    dependencyParts.filter((part) => of()[part] !== after[part]);
  const withRule = (changed: object) => ({
    groups: [{ name: 'g', folder: 'f', interval: '1m', rules: [{ ...rule(), ...changed }] }],
  });

  it('tell a change of rule, data source, policy, template and contact point', () => {
    expect(partsChanged(of(withRule(rule('count_over_time({a="b"} |= "y" [5m])'))))).to.deep.equal(['rule']);
    expect(partsChanged(of(withRule({ noDataState: 'OK' })))).to.deep.equal(['rule']);
    const slower = { datasources: [{ uid: 'lines', type: 'loki', jsonData: { timeInterval: '1m' } }] };
    expect(partsChanged(of({}, slower))).to.deep.equal(['rule']);
    const [policy] = configuration.policies;
    expect(
      partsChanged(of({ policies: [{ ...policy, receiver: 'team', group_by: [], routes: [] }] })),
    ).to.deep.equal(['route']);
    const templates = [{ name: 'own', template: '{{ define "telegram.default.message" }}b{{ end }}' }];
    expect(partsChanged(of({ templates }))).to.deep.equal(['templates']);
    const [team, others] = configuration.contactPoints;
    const moved = {
      ...team,
      name: 'team',
      receivers: [{ uid: 'c', type: 'telegram', settings: { bottoken: 's', chatid: '2' } }],
    };
    expect(partsChanged(of({ contactPoints: others ? [moved, others] : [] }))).to.deep.equal(['receiver']);
  });

  it('do not change with uids, form and what is of others', () => {
    expect(partsChanged(of(withRule({ uid: 'u2', for: '60s' })))).to.deep.equal([]);
    expect(partsChanged(of(withRule(rule('count_over_time( {a="b"}|="x"[5m] )'))))).to.deep.equal([]);
    const [, others] = configuration.contactPoints;
    const renewed = {
      name: 'team',
      receivers: [{ uid: 'e', type: 'telegram', settings: { bottoken: 's', chatid: '1' } }],
    };
    expect(partsChanged(of({ contactPoints: [renewed] }))).to.deep.equal([]);
    expect(others).not.to.equal(undefined);
  });
});

describe('the normal form of an expression', () => {
  it('has no comments, and white space only between words', () => {
    for (const [written, normal] of [
      ['sum by (a)  (rate(b[5m]))', 'sum by(a)(rate(b[5m]))'],
      ['a and\n  on (b) c # why\n', 'a and on(b)c'],
      ['{a="x  # y"} |= `  z ` | json', '{a="x  # y"}|=`  z `|json'],
      ["a{b='it\\'s  x'} offset 5m", "a{b='it\\'s  x'}offset 5m"],
    ] as const)
      expect(normalExpression(written), written).to.equal(normal);
  });
});
