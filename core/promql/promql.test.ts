import { expect } from 'chai';
import { FiredrillError } from '../errors.ts';
import { longestWindow } from './longest-window.ts';
import { outerComparison } from './outer-comparison.ts';
import { selectorsOf } from './selectors-of.ts';
import { sidesOf } from './sides-of.ts';

describe('selectorsOf', () => {
  it('lists every selector with its metric and matchers', () => {
    const expr =
      'sum(rate(errors_total{reason!="a\\"b", job=~`sh\\.op`}[5m] offset 1m)) / sum(rate(total[5m]))';
    expect(selectorsOf(expr)).to.deep.equal([
      {
        text: 'errors_total{reason!="a\\"b", job=~`sh\\.op`}',
        metric: 'errors_total',
        matchers: [
          { label: 'reason', operator: '!=', value: 'a"b' },
          { label: 'job', operator: '=~', value: 'sh\\.op' },
        ],
      },
      { text: 'total', metric: 'total', matchers: [] },
    ]);
  });

  const named: [expr: string, metric: string, others: number][] = [
    ['{__name__="up", job="x"}', 'up', 1],
    ['{__name__=~"up.*"}', '', 1],
    ['{"http.requests", "service.name"=\'x\'}', 'http.requests', 1],
    ['{"a\\u00e9\\x41\\101\\n"}', 'aéAA\n', 0],
  ];
  for (const [expr, metric, others] of named) {
    it(`reads the metric of ${expr}`, () => {
      const [selector] = selectorsOf(expr);
      expect(selector?.metric).to.equal(metric);
      expect(selector?.matchers).to.have.length(others);
    });
  }
});

describe('outerComparison', () => {
  const found: [expr: string, left: string, operator: string, threshold: number][] = [
    ['sum(a) / sum(b) > 0.05', 'sum(a) / sum(b)', '>', 0.05],
    ['(a > 14.4 * (1 - 0.99))', 'a', '>', 14.4 * (1 - 0.99)],
    ['0.5 <= a', 'a', '>=', 0.5],
    ['3 > a', 'a', '<', 3],
    ['a > -(1 + 1)', 'a', '>', -2],
    ['a > 500ms', 'a', '>', 0.5],
    ['a < +Inf', 'a', '<', Number.POSITIVE_INFINITY],
    ['up == 0', 'up', '==', 0],
    ['(a > 1 and b > 2) and c > 3', 'a', '>', 1],
    ['a and on (job) (b != 2)', 'b', '!=', 2],
    ['a or b > 2', 'b', '>', 2],
    ['a > 1 unless b > 2', 'a', '>', 1],
    ['count(a > 1) >= 2', 'count(a > 1)', '>=', 2],
  ];
  for (const [expr, left, operator, threshold] of found) {
    it(expr, () => expect(outerComparison(expr)).to.deep.equal({ left, operator, threshold }));
  }
  for (const expr of [
    'a',
    'a > b',
    'absent(a)',
    'a > bool 1',
    '1 > bool 2',
    'sum(a > 1)',
    'a unless b > 2',
  ]) {
    it(`${expr}: none`, () => expect(outerComparison(expr)).to.equal(undefined));
  }
});

describe('sidesOf', () => {
  const none = { kind: 'ignoring', labels: [] };
  const found: [expr: string, left: string, operator: string, right: string, matching: object][] = [
    ['a / b > 0.05', 'a', '/', 'b', none],
    [
      'sum(rate(a[5m]) / on (job, "x.y") rate(b[5m])) > 1',
      'rate(a[5m])',
      '/',
      'rate(b[5m])',
      { kind: 'on', labels: ['job', 'x.y'] },
    ],
    ['a / ignoring(reason) group_left(team) b', 'a', '/', 'b', { kind: 'ignoring', labels: ['reason'] }],
    ['(a > 1) AND (2 < b)', 'a', 'and', 'b', none],
    ['a * 100 > b', 'a * 100', '>', 'b', none],
    ['(a - b) / c', '(a - b)', '/', 'c', none],
    ['a / a offset 1d', 'a', '/', '(a offset 1d)', none],
  ];
  for (const [expr, left, operator, right, matching] of found) {
    it(expr, () => expect(sidesOf(expr)).to.deep.equal({ left, operator, right, matching }));
  }
  for (const expr of [
    'a',
    'a > 1',
    'time() - a > 5',
    'a / scalar(b)',
    '-a + (pi() * 2)',
    'scalar(a) + 1 > b',
  ]) {
    it(`${expr}: none`, () => expect(sidesOf(expr)).to.equal(undefined));
  }
});

describe('longestWindow', () => {
  const windows: [expr: string, ms: number][] = [
    ['a', 0],
    ['rate(a[5m]) / rate(b[1h30m])', 5_400_000],
    ['max_over_time(rate(a[5m])[1h:1m])', 3_900_000],
    ['rate(a[5m] offset 1d)', 300_000],
    ['rate(a[300])', 300_000],
    ['rate(a[5m * 2 + 30s])', 630_000],
    ['rate(a[max_of(5m, 1h) - (-1m)])', 3_660_000],
    ['rate(a[5m + step()])', 300_000],
  ];
  for (const [expr, ms] of windows) {
    it(`${expr}: ${ms} ms`, () => expect(longestWindow(expr)).to.equal(ms));
  }

  it('refuses what does not parse', () => {
    expect(() => longestWindow('rate(')).to.throw(FiredrillError, 'column 6');
  });
});
