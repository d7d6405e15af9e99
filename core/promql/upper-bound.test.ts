import { expect } from 'chai';
import { upperBound } from './upper-bound.ts';

describe('upperBound', () => {
  const bounds: [expr: string, bound: number][] = [
    ['0.4', 0.4],
    ['sum(rate(http_total{code=~"5.."}[5m])) / sum(rate(http_total[5m]))', 1],
    ['sum by (job) (rate(m{job="a", x="y"}[5m])) / sum by (job) (rate(m{job="a"}[5m]))', 1],
    ['(sum(increase(m{x="y"}[1h]))) / (sum(increase(m[1h])))', 1],
    ['rate(m{x="y"}[5m]) / rate(m[5m])', 1],
    ['(sum(rate(m{x="y"}[5m])) or vector(0)) / sum(rate(m[5m]))', 1],
    ['100 * (sum(rate(m{x="y"}[5m])) / sum(rate(m[5m])))', 100],
    ['(sum(rate(m{x="y"}[5m])) / sum(rate(m[5m]))) / 2', 0.5],
    ['1 - sum(rate(good_total[5m])) / sum(rate(all_total[5m]))', 1],
    ['1 - (sum(rate(b{le="1"}[5m])) / sum(rate(c[5m])))', 1],
    ['(sum(rate(c[5m])) - sum(rate(b{le="1"}[5m]))) / sum(rate(c [5m]))', 1],
    ['slo:sli_error:ratio_rate5m{sloth_id="a"}', 1],
    ['max(slo:sli_error:ratio_rate5m > 0.1) without (sloth_window)', 1],
    ['avg by (job) (slo:sli_error:ratio_rate3d offset 1h)', 1],
  ];
  for (const [expr, bound] of bounds) {
    it(`of ${expr} is ${bound}`, () => {
      expect(upperBound(expr)).to.equal(bound);
    });
  }

  for (const [what, expr] of [
    ['another metric', 'sum(rate(errors_total[5m])) / sum(rate(attempts_total[5m]))'],
    ['other series of the metric', 'sum(rate(m{x="y"}[5m])) / sum(rate(m{x="z"}[5m]))'],
    ['fewer series below', 'sum(rate(m[5m])) / sum(rate(m{x="y"}[5m]))'],
    ['another window', 'sum(rate(m{x="y"}[5m])) / sum(rate(m[1h]))'],
    ['another time', 'sum(rate(m{x="y"}[5m] offset 1h)) / sum(rate(m[5m]))'],
    ['another function', 'sum(increase(m{x="y"}[5m])) / sum(rate(m[5m]))'],
    ['another grouping', 'sum(rate(m{x="y"}[5m])) / sum by (job) (rate(m[5m]))'],
    ['another aggregation', 'sum(rate(m{x="y"}[5m])) / max(rate(m[5m]))'],
    [
      'a value that differs by a space',
      '(sum(rate(m{x="a b"}[5m])) - sum(rate(n[5m]))) / sum(rate(m{x="ab"}[5m]))',
    ],
    [
      'pairs by other labels',
      'sum by (job) (rate(m{x="y"}[5m])) / on () group_right sum by (job) (rate(m[5m]))',
    ],
    ['gauges', 'sum(m{x="y"}) / sum(m)'],
    ['a difference that may be negative', '1 - sum(m)'],
    ['a sum of shares', 'sum(slo:sli_error:ratio_rate5m)'],
    ['a burn rate', 'slo:current_burn_rate:ratio'],
    ['a truth value', 'm > bool 1'],
    ['a negative multiple', '-1 * slo:sli_error:ratio_rate5m'],
    ['either of two', 'slo:sli_error:ratio_rate5m or m'],
  ] as const) {
    it(`is not proven for ${what}`, () => {
      expect(upperBound(expr)).to.equal(undefined);
    });
  }
});
