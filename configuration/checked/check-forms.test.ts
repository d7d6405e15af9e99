import { expect } from 'chai';
import { parse } from 'yaml';
import { Place } from '../files/place.ts';
import { map, type Yaml } from '../files/yaml.ts';
import { checkAlertmanager } from './check-alertmanager.ts';
import { checkRuleFile } from './check-prometheus.ts';

const told =
  (check: (file: Place, config: Yaml) => readonly { where: string; message: string; hint?: string }[]) =>
  (text: string) =>
    check(new Place('a.yml', text), map(parse(text))).map(({ where, message, hint = '' }) => [
      where,
      message,
      hint.split('; ')[0]?.replace(/ known: .*/, ''),
    ]);

describe('checkRuleFile', () => {
  const rules = told(checkRuleFile);

  it('takes rules as they may be, with scalars of any kind and empty parts', () => {
    expect(
      rules(`groups:
  - name: 7
    interval: 1m
    query_offset: 0s
    limit: 3
    labels: { team: a, tier: 1 }
    rules:
      - { alert: A, expr: 1, for: 0, keep_firing_for: 5m, labels: { on: true }, annotations: { a: "{{ $value }}" } }
      - { record: "a:b", expr: up, labels: }
  - name: empty
    rules:
`),
    ).to.deep.equal([]);
    expect(rules('groups:\n')).to.deep.equal([]);
    expect(rules('')).to.deep.equal([]);
  });

  it('names every misspelt key of every group and rule, and the one that was meant', () => {
    const text = `groups:
  - nmae: a
    intervall: 1m
    rules:
      - alert: A
        expr: up
        four: 2m
      - alret: B
        exprr: up
group: []
`;
    const key = 'there is no such key';
    expect(rules(text)).to.deep.equal([
      ['a.yml:7: groups[0].rules[A].four', key, 'did you mean for?'],
      ['a.yml:8: groups[0].rules[1].alret', key, 'did you mean alert?'],
      ['a.yml:9: groups[0].rules[1].exprr', key, 'did you mean expr?'],
      ['a.yml:2: groups[0].nmae', key, 'did you mean name?'],
      ['a.yml:3: groups[0].intervall', key, 'did you mean interval?'],
      ['a.yml:10: group', key, 'did you mean groups?'],
    ]);
  });

  it('tells what is of another form, or lacks', () => {
    const text = `groups:
  - name: a
    rules:
      - alert: A
        expr: [up]
        labels: [severity]
      - expr: up
      - alert: B
  - name: ""
    rules: {}
`;
    expect(rules(text)).to.deep.equal([
      ['a.yml:5: groups[a].rules[A].expr', 'expected a text, and no list or map', ''],
      ['a.yml:6: groups[a].rules[A].labels', 'is a list; expected a map (key: value)', ''],
      ['a.yml:8: groups[a].rules[B].expr', 'is missing', ''],
      ['a.yml:9: groups[1].name', 'is missing', ''],
      ['a.yml:10: groups[1].rules', 'is a map; expected a list', ''],
      [
        'a.yml:7: groups[a].rules[1]',
        'is neither an alert nor a recording rule',
        'name it: alert: or record:',
      ],
    ]);
  });

  it('tells what does not go together', () => {
    const text = `groups:
  - name: a
    rules:
      - { alert: A, record: b, expr: up }
      - { record: c, expr: up, for: 1m, annotations: { a: b } }
      - { alert: D, expr: up, labels: { team: "{{ .x" }, annotations: { a: "{{ if .x }}" } }
  - name: a
`;
    expect(rules(text)).to.deep.equal([
      ['a.yml:4: groups[0].rules[A]', 'is an alert and a recording rule at once', 'make two rules of it'],
      ['a.yml:5: groups[0].rules[c].for', 'is for alerts, and this is a recording rule', 'leave it out'],
      [
        'a.yml:5: groups[0].rules[c].annotations',
        'is for alerts, and this is a recording rule',
        'leave it out',
      ],
      ['a.yml:6: groups[0].rules[D].labels.team', '{{ is not closed by }}', ''],
      ['a.yml:6: groups[0].rules[D].annotations.a', '{{ if }} has no {{ end }}', ''],
      ['a.yml:7: groups[1].name', 'the group at a.yml:2 is called a too', ''],
    ]);
  });
});

describe('checkAlertmanager', () => {
  const alertmanager = told(checkAlertmanager);

  it('takes a file with all its parts', () => {
    expect(
      alertmanager(`global: { resolve_timeout: 5m }
route:
  receiver: a
  group_by: ['...']
  routes:
    - { match: { a: b }, match_re: { c: d }, matchers: ['e="f"', 'g=~h'], receiver: b, continue: true }
    - { mute_time_intervals: [night], active_time_intervals: [day], routes: [{ receiver: a, routes: }] }
inhibit_rules:
  - { source_matchers: [a=b], target_match: { c: d }, equal: [e] }
receivers:
  - { name: a, slack_configs: [{}] }
  - { name: b, webhook_configs: [{}], email_configs: [{}] }
templates: [a.tmpl]
time_intervals: [{ name: day, time_intervals: [] }]
mute_time_intervals: [{ name: night, time_intervals: [] }]
`),
    ).to.deep.equal([]);
  });

  it('names every receiver, time interval and key that there is not, and the one that was meant', () => {
    expect(
      alertmanager(`route:
  receiver: slak
  group_wat: 10s
  routes:
    - { receiver: slack, routes: [{ receiver: pagerdty, mute_time_intervals: [nigth] }] }
receivers:
  - { name: slack, slack_config: [{}] }
  - { name: pagerduty }
  - { name: slack }
time_intervals: [{ name: night, time_intervals: [] }]
inhibit_rule: []
`),
    ).to.deep.equal([
      ['a.yml:3: route.group_wat', 'there is no such key', 'did you mean group_wait?'],
      ['a.yml:7: receivers[0].slack_config', 'there is no such key', 'did you mean slack_configs?'],
      ['a.yml:11: inhibit_rule', 'there is no such key', 'did you mean inhibit_rules?'],
      ['a.yml:9: receivers[2].name', 'the one at a.yml:7 is called slack too', ''],
      ['a.yml:2: route.receiver', 'there is no receiver "slak"', 'did you mean slack?'],
      [
        'a.yml:5: route.routes[0].routes[0].receiver',
        'there is no receiver "pagerdty"',
        'did you mean pagerduty?',
      ],
      [
        'a.yml:5: route.routes[0].routes[0].mute_time_intervals[0]',
        'there is no time interval "nigth"',
        'did you mean night?',
      ],
    ]);
  });

  it('names every time zone that there is not, and the one that was meant', () => {
    expect(
      alertmanager(`route: { receiver: a }
receivers: [{ name: a }]
time_intervals:
  - name: batch
    time_intervals:
      - { location: Asia/Kolkata }
      - { location: UTC, times: [] }
      - { location: Local }
      - { weekdays: [sunday] }
      - { location: Asia/Kolkatta }
`),
    ).to.deep.equal([
      [
        'a.yml:10: time_intervals[batch].time_intervals[4].location',
        'there is no time zone "Asia/Kolkatta"',
        'did you mean Asia/Kolkata?',
      ],
    ]);
  });

  it('names every environment variable, which Alertmanager would not expand', () => {
    const message = (name: string) =>
      `Alertmanager expands no environment variables: it would send the text ${name} itself, which is no key, address or name`;
    const hint = 'write the value, for a drill an invented one';
    expect(
      alertmanager(`global: { slack_api_url: $SLACK_URL }
route: { receiver: a }
receivers:
  - name: a
    slack_configs: [{ text: 'costs $5 of {{ .CommonLabels.budget }}', channel: '#\${TEAM}' }]
    pagerduty_configs: [{ description: '{{ range $i, $a := .Alerts }}{{ $a.Status }}{{ end }}' }]
`),
    ).to.deep.equal([
      ['a.yml:1: global.slack_api_url', message('$SLACK_URL'), hint],
      ['a.yml:5: receivers[a].slack_configs[0].channel', message(`\${TEAM}`), hint],
    ]);
  });

  it('tells what a published file leaves out: two receivers, and the key', () => {
    expect(
      alertmanager(`route:
  group_by: ['alertname', 'team']
  group_wait: 10s
  group_interval: 5m
  repeat_interval: 4h
  receiver: 'default-pagerduty'
  routes:
    - match:
        severity: page
      receiver: 'pagerduty-critical'
      continue: false
    - match:
        severity: critical
      receiver: 'slack-engineering'

receivers:
  - name: 'pagerduty-critical'
    pagerduty_configs:
      - service_key: \${PD_SERVICE_KEY}
        severity: critical
        description: '{{ .CommonAnnotations.summary }}'
`).map(([where, message]) => [where, message]),
    ).to.deep.equal([
      ['a.yml:6: route.receiver', 'there is no receiver "default-pagerduty"'],
      ['a.yml:14: route.routes[1].receiver', 'there is no receiver "slack-engineering"'],
      [
        'a.yml:19: receivers[pagerduty-critical].pagerduty_configs[0].service_key',
        `Alertmanager expands no environment variables: it would send the text \${PD_SERVICE_KEY} itself, which is no key, address or name`,
      ],
    ]);
  });

  it('tells what is no matcher, and what lacks', () => {
    expect(
      alertmanager(`route: { routes: [{ matchers: ['severity ~ page'] }] }
inhibit_rules: [{ source_matchers: ['a'], target_matchers: ['b=c'] }]
`),
    ).to.deep.equal([
      ['a.yml:1: route.receiver', 'is missing: alerts that match no other route go there', ''],
      [
        'a.yml:1: route.routes[0].matchers[0]',
        '"severity ~ page" is no matcher',
        'write it as label="value", with =, !=, =~ or !~',
      ],
      [
        'a.yml:2: inhibit_rules[0].source_matchers[0]',
        '"a" is no matcher',
        'write it as label="value", with =, !=, =~ or !~',
      ],
    ]);
    expect(alertmanager('receivers: []\n')[0]).to.deep.equal([
      'a.yml: route',
      'is missing',
      'say to which receiver alerts go',
    ]);
  });
});
