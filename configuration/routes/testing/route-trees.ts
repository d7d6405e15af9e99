/*
 * For tests: routing trees and the receivers that labels reach, checked against our walk by the unit tests
 * and against amtool's by the integration test.
 */

interface Tree {
  readonly name: string;
  readonly route: object;
  readonly cases: readonly (readonly [labels: Record<string, string>, receivers: string[]])[];
}

const { raw } = String;

export const trees: readonly Tree[] = [
  {
    name: 'a root alone',
    route: { receiver: 'root' },
    cases: [[{ alertname: 'A' }, ['root']]],
  },
  {
    name: 'first match, deeper first, receiver inherited',
    route: {
      receiver: 'root',
      routes: [
        {
          matchers: ['team="payments"'],
          receiver: 'slack',
          routes: [{ matchers: ['severity=page'], receiver: 'pagerduty' }, { matchers: ['severity="info"'] }],
        },
        { matchers: ['team=~".*"'], receiver: 'webhook' },
      ],
    },
    cases: [
      [{ alertname: 'A', team: 'payments', severity: 'page' }, ['pagerduty']],
      [{ alertname: 'A', team: 'payments', severity: 'info' }, ['slack']],
      [{ alertname: 'A', team: 'payments', severity: 'x' }, ['slack']],
      [{ alertname: 'A', team: 'search' }, ['webhook']],
      [{ alertname: 'A' }, ['webhook']],
    ],
  },
  {
    name: 'continue',
    route: {
      receiver: 'root',
      routes: [
        { match: { severity: 'page' }, receiver: 'pagerduty', continue: true },
        { match_re: { severity: 'page|ticket' }, receiver: 'slack', continue: true },
        { match: { team: 'x' }, receiver: 'webhook' },
        { receiver: 'pagerduty' },
      ],
    },
    cases: [
      [{ alertname: 'A', severity: 'page', team: 'x' }, ['pagerduty', 'slack', 'webhook']],
      [{ alertname: 'A', severity: 'ticket' }, ['slack', 'pagerduty']],
      [{ alertname: 'A', severity: 'pagers' }, ['pagerduty']],
    ],
  },
  {
    name: 'every operator and both ways to write a matcher',
    route: {
      receiver: 'root',
      routes: [
        { matchers: ['a != "1"', raw`b=~"x.+|y"`, 'c!~z.*', 'd='], receiver: 'slack' },
        { matchers: ['{e="has, comma", f="q\\"uote"}'], receiver: 'webhook' },
        { matchers: [raw`g=~"\d+\.\\d"`], receiver: 'pagerduty' },
        { matchers: ['h=~"(?i)up"'], receiver: 'pagerduty' },
      ],
    },
    cases: [
      [{ alertname: 'A', a: '2', b: 'xx', c: 'a' }, ['slack']],
      [{ alertname: 'A', b: 'y' }, ['slack']],
      [{ alertname: 'A', a: '1', b: 'y' }, ['root']],
      [{ alertname: 'A', b: 'x' }, ['root']],
      [{ alertname: 'A', b: 'y', c: 'zz' }, ['root']],
      [{ alertname: 'A', b: 'y', d: '1' }, ['root']],
      [{ alertname: 'A', e: 'has, comma', f: 'q"uote' }, ['webhook']],
      [{ alertname: 'A', g: '12.3' }, ['pagerduty']],
      [{ alertname: 'A', g: '12.3.4' }, ['root']],
      [{ alertname: 'A', h: 'UP' }, ['pagerduty']],
    ],
  },
  {
    name: 'patterns as Go writes them',
    route: {
      receiver: 'root',
      routes: [
        { matchers: [raw`a=~"web\-[0-9]+|api\_x"`], receiver: 'slack' },
        { matchers: [raw`b=~"[[:alpha:]_]+"`], receiver: 'webhook' },
        { match_re: { c: raw`[\w-.]+\:9100` }, receiver: 'pagerduty' },
        { matchers: [raw`d=~"x|(?i)y|z"`], receiver: 'slack' },
        { matchers: [raw`e!~"\Qa.b\E.*"`, 'e!=""'], receiver: 'webhook' },
        { matchers: ['f=~"{a}]"'], receiver: 'pagerduty' },
      ],
    },
    cases: [
      [{ alertname: 'A', a: 'web-12' }, ['slack']],
      [{ alertname: 'A', a: 'api_x' }, ['slack']],
      [{ alertname: 'A', a: 'web12' }, ['root']],
      [{ alertname: 'A', b: 'ab_c' }, ['webhook']],
      [{ alertname: 'A', b: 'ab1' }, ['root']],
      [{ alertname: 'A', c: 'node-1.a:9100' }, ['pagerduty']],
      [{ alertname: 'A', c: 'node/1:9100' }, ['root']],
      [{ alertname: 'A', d: 'Z' }, ['slack']],
      [{ alertname: 'A', d: 'X' }, ['root']],
      [{ alertname: 'A', e: 'aXb' }, ['webhook']],
      [{ alertname: 'A', e: 'a.bc' }, ['root']],
      [{ alertname: 'A', f: '{a}]' }, ['pagerduty']],
    ],
  },
];
