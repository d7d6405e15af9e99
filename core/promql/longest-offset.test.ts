import { expect } from 'chai';
import { longestOffset } from './longest-offset.ts';

describe('the longest offset', () => {
  const cases: [expr: string, ms: number][] = [
    ['rate(errors[1m]) > 0.05', 0],
    ['a > 0 unless sum(rate(errors[1m] offset 3m)) > 0', 180_000],
    ['x / x offset 5m > 2 * (y / y offset 1h)', 3_600_000],
    ['x > x offset -1m', 0],
    ['max_over_time(x[10m:1m] offset 2m) > 1', 120_000],
  ];
  for (const [expr, ms] of cases) it(`of ${expr}`, () => expect(longestOffset(expr)).to.equal(ms));
});
