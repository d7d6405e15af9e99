import { expect } from 'chai';
import { boolComparison } from './bool-comparison.ts';
import { isConstant } from './is-constant.ts';

describe('boolComparison', () => {
  const found: [expr: string, left: string, operator: string, right: string][] = [
    ['a / b > bool 0.05', 'a / b', '>', '0.05'],
    ['(up == bool 0)', 'up', '==', '0'],
    ['a < bool on (job) b', 'a', '<', 'b'],
    ['(a >= bool 1) and b > 2', 'a', '>=', '1'],
    ['a > 1 or b != bool 2', 'b', '!=', '2'],
    ['(a > bool 1) unless b', 'a', '>', '1'],
  ];
  for (const [expr, left, operator, right] of found) {
    it(expr, () => expect(boolComparison(expr)).to.deep.equal({ left, operator, right }));
  }
  for (const expr of ['a > 1', '(a > bool 1) == 1', 'sum(a > bool 1) > 2', 'a unless b > bool 2', 'a']) {
    it(`${expr}: none`, () => expect(boolComparison(expr)).to.equal(undefined));
  }
});

describe('isConstant', () => {
  for (const expr of ['vector(1)', '1 == bool 1', 'vector(1) > 0', 'vector(2 * 3)', 'absent(vector(1))']) {
    it(`${expr} is`, () => expect(isConstant(expr)).to.equal(true));
  }
  for (const expr of ['up', 'vector(scalar(up))', 'vector(time())', 'hour() > 9', 'absent(x)']) {
    it(`${expr} is not`, () => expect(isConstant(expr)).to.equal(false));
  }
});
