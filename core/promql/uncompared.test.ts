import { expect } from 'chai';
import { uncomparedOperand } from './uncompared.ts';

describe('an operand of `or` without a comparison', () => {
  it('is found on either side, in parentheses, and among several', () => {
    expect(uncomparedOperand('sum(rate(errors[5m])) or vector(0) > 0.05')).to.equal('sum(rate(errors[5m]))');
    expect(uncomparedOperand('errors > 5 or vector(0)')).to.equal('vector(0)');
    expect(uncomparedOperand('(errors) or (vector(0) > 5)')).to.equal('errors');
    expect(uncomparedOperand('a > 1 or b > 2 or c')).to.equal('c');
  });

  it('is none where the whole `or` is compared, and where each operand decides by itself', () => {
    for (const expr of [
      '(sum(rate(errors[5m])) or vector(0)) > 0.05',
      'a > 1 or b > 2',
      'up == 0 or absent(up)',
      'a > 1 or (b unless c)',
      'a > 1 or count(b > 2)',
      'a or b',
      'a > 1 unless (b or c > 1)',
      'a',
    ])
      expect(uncomparedOperand(expr), expr).to.equal(undefined);
  });
});
