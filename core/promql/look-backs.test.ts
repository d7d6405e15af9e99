import { expect } from 'chai';
import { lookBacksOf } from './look-backs.ts';

describe('how far back selectors are read', () => {
  const minute = 60_000;
  const of = (expr: string) =>
    lookBacksOf(expr).map(({ text, backMs, function: name }) => [text, backMs / minute, name]);

  it('is nothing for the latest sample', () => {
    expect(of('up{job="a"} == 0')).to.deep.equal([['up{job="a"}', 0, '']]);
    expect(of('absent(x)')).to.deep.equal([['x', 0, '']]);
  });

  it('is the window of each', () => {
    expect(of('sum(rate(errors[1h])) / sum(increase(attempts{a="b"}[5m])) > 1')).to.deep.equal([
      ['errors', 60, 'rate'],
      ['attempts{a="b"}', 5, 'increase'],
    ]);
  });

  it('adds offsets and subqueries to the window', () => {
    expect(of('x - x offset 1h')).to.deep.equal([
      ['x', 0, ''],
      ['x', 60, ''],
    ]);
    expect(of('rate(x[5m] offset 1h)')).to.deep.equal([['x', 65, 'rate']]);
    expect(of('max_over_time(rate(x[5m] offset 10m)[1h:30s] offset 1d)')).to.deep.equal([
      ['x', 24 * 60 + 60 + 10 + 5, 'rate'],
    ]);
    expect(of('avg_over_time((a / b)[30m:1m])')).to.deep.equal([
      ['a', 30, ''],
      ['b', 30, ''],
    ]);
    expect(of('rate(x[1h:1m])')).to.deep.equal([['x', 60, 'rate']]);
  });

  it('counts an offset for its own operand only, and none into the future', () => {
    expect(of('a > b offset 1h')).to.deep.equal([
      ['a', 0, ''],
      ['b', 60, ''],
    ]);
    expect(of('rate(x[5m] offset -1h)')).to.deep.equal([['x', 5, 'rate']]);
  });
});
