import { expect } from 'chai';
import { boolComparison, isDecidedByBool } from './bool-comparison.ts';
import { isConstant } from './is-constant.ts';

describe('boolComparison', () => {
  const found: [expr: string, left: string, operator: string, right: string][] = [
    ['a / b > bool 0.05', 'a / b', '>', '0.05'],
    ['(up == bool 0)', 'up', '==', '0'],
    ['a < bool on (job) b', 'a', '<', 'b'],
    ['(a >= bool 1) and b > 2', 'a', '>=', '1'],
    ['a > 1 or b != bool 2', 'b', '!=', '2'],
    ['(a > bool 1) unless b', 'a', '>', '1'],
    ['sum by (job) (a > bool 1)', 'a', '>', '1'],
    ['(a > bool 1) * (b > bool 2)', 'a', '>', '1'],
    ['clamp_min(-(a > bool 1), 0)', 'a', '>', '1'],
    ['avg_over_time((a > bool 1)[5m:1m])', 'a', '>', '1'],
  ];
  for (const [expr, left, operator, right] of found) {
    it(expr, () => expect(boolComparison(expr)).to.deep.equal({ left, operator, right }));
  }
  for (const expr of [
    'a > 1',
    '(a > bool 1) == 1',
    'sum(a > bool 1) > 2',
    'a unless b > bool 2',
    'absent(a > bool 1)',
    'a',
  ]) {
    it(`${expr}: none`, () => expect(boolComparison(expr)).to.equal(undefined));
  }
});

describe('isDecidedByBool', () => {
  for (const expr of [
    'a > bool 1',
    'max(a > bool 1)',
    '(a > bool 1) * (b > bool 2)',
    'rate(a{c!="d"}[5m]) * (b > bool 2)',
  ]) {
    it(`${expr} is`, () => expect(isDecidedByBool(expr)).to.equal(true));
  }
  for (const expr of ['(a > bool 1) and b', '(a > 1) * (b > bool 2)', '(a > bool 1) == 1', 'a * b']) {
    it(`${expr} is not`, () => expect(isDecidedByBool(expr)).to.equal(false));
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
