import { expect } from 'chai';
import { isNearer } from './rules-unaffected.ts';

describe('a rule after a fault', () => {
  for (const [operator, threshold, before, after, moved] of [
    ['>', 0.05, 0, 0.004, false],
    ['>', 0.05, 0, 0.006, true],
    ['>', 0.05, undefined, 0.02, true],
    ['>', 0.05, 0.04, undefined, false],
    ['>=', 0, 0, 0.001, true],
    ['>', 1000, 480, 500, false],
    ['>', 1000, 480, 700, true],
    ['>', 1000, 480, 20, false],
    ['<', 10, 40, 39.5, false],
    ['<', 10, 40, 30, true],
    ['<', 10, undefined, 30, true],
    ['<', 10, 30, undefined, false],
    ['==', 0, 1, 1, false],
    ['==', 0, 1, 2, true],
    ['!=', 1, 1, undefined, true],
  ] as const) {
    it(`${operator} ${threshold}: from ${before} to ${after} is ${moved ? 'nearer to the threshold' : 'negligible'}`, () => {
      expect(isNearer({ operator, threshold }, before, after)).to.equal(moved);
    });
  }
});
