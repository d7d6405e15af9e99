import { expect } from 'chai';
import { absencesOf } from './absence.ts';
import { conditionsOf } from './conditions.ts';
import { quantileArgumentsOf, rangesOf } from './ranges-of.ts';

/** Each condition as `depth kind text`, in order. */
const outline = (expr: string) => {
  const all = conditionsOf(expr);
  const depth = (i: number): number => {
    const parent = all[i]?.parent;
    return parent === undefined ? 0 : 1 + depth(parent);
  };
  return all.map(({ kind, text }, i) => `${depth(i)} ${kind} ${text}`);
};

describe('conditionsOf', () => {
  const found: [expr: string, ...outline: string[]][] = [
    ['a', '0 vector a'],
    ['1 < a', '0 comparison 1 < a'],
    ['a > b', '0 comparison a > b'],
    ['(a > 1) and b > 2', '0 and (a > 1) and b > 2', '1 comparison a > 1', '1 comparison b > 2'],
    [
      'a > 1 unless on () (m == 1 or n)',
      '0 unless a > 1 unless on () (m == 1 or n)',
      '1 comparison a > 1',
      '1 or m == 1 or n',
      '2 comparison m == 1',
      '2 vector n',
    ],
    [
      'absent(up{job="x"}) and y',
      '0 and absent(up{job="x"}) and y',
      '1 absence absent(up{job="x"})',
      '1 vector y',
    ],
    ['count(up == 0) > 2', '0 comparison count(up == 0) > 2', '1 comparison up == 0'],
    [
      'topk(3, a unless b) > 1',
      '0 comparison topk(3, a unless b) > 1',
      '1 unless a unless b',
      '2 vector a',
      '2 vector b',
    ],
    [
      'sum(x unless on () y) / z > 0.05',
      '0 comparison sum(x unless on () y) / z > 0.05',
      '1 arithmetic sum(x unless on () y) / z',
      '2 unless x unless on () y',
      '3 vector x',
      '3 vector y',
    ],
    [
      'max_over_time((a and b)[5m:1m]) > 1',
      '0 comparison max_over_time((a and b)[5m:1m]) > 1',
      '1 and a and b',
      '2 vector a',
      '2 vector b',
    ],
    // An offset is of the vector before it, not of the whole.
    [
      'a > 1 unless b offset 1h',
      '0 unless a > 1 unless (b offset 1h)',
      '1 comparison a > 1',
      '1 vector b offset 1h',
    ],
    ['a < 0.5 * a offset 1w', '0 comparison a < 0.5 * (a offset 1w)'],
    ['a > bool 3', '0 comparison a > bool 3'],
    ['(a > bool 3) == 1', '0 comparison (a > bool 3) == 1'],
    [
      '(a > bool 1) * (b > bool 2) == 1',
      '0 and (a > bool 1) * (b > bool 2) > 0',
      '1 comparison (a > bool 1) == 1',
      '1 comparison (b > bool 2) == 1',
    ],
    [
      '(a > bool 1) + (b > bool 2) > 0',
      '0 or (a > bool 1) + (b > bool 2) > 0',
      '1 comparison (a > bool 1) == 1',
      '1 comparison (b > bool 2) == 1',
    ],
  ];
  for (const [expr, ...lines] of found) it(expr, () => expect(outline(expr)).to.deep.equal(lines));

  it('gives both sides of a comparison', () => {
    expect(conditionsOf('0.5 <= a')[0]).to.deep.include({ left: 'a', operator: '>=', threshold: 0.5 });
    expect(conditionsOf('a > 2 * (a offset 1d)')[0]).to.deep.include({
      left: 'a',
      operator: '>',
      right: '2 * (a offset 1d)',
    });
    expect(conditionsOf('a > 2 * a offset 1d')[0]).to.deep.include({ left: 'a', right: '2 * (a offset 1d)' });
    expect(conditionsOf('3 > bool a')[0]).to.deep.include({
      left: 'a',
      operator: '<',
      threshold: 3,
      bool: true,
    });
  });
});

describe('what pairs the sides of a comparison', () => {
  const paired: [expr: string, left: string, right: string][] = [
    ['a > b', '(a) + 0 * (b)', '0 * (a) + (b)'],
    ['a > on () b', '(a) + on () 0 * (b)', '0 * (a) + on () (b)'],
    [
      'a / c > bool ignoring (x) group_left (y) (b offset 1h)',
      '(a / c) + ignoring (x) group_left (y) 0 * ((b offset 1h))',
      '0 * (a / c) + ignoring (x) group_left (y) ((b offset 1h))',
    ],
  ];
  for (const [expr, ...sides] of paired) {
    it(expr, () => {
      expect(conditionsOf(expr)[0]?.paired).to.deep.equal(sides);
      for (const side of sides) expect(() => conditionsOf(side)).not.to.throw();
    });
  }

  it('is none of a comparison with a number', () =>
    expect(conditionsOf('a > 1')[0]).not.to.have.property('paired'));
});

describe('absencesOf', () => {
  const found: [expr: string, absences: Record<string, string>][] = [
    ['a > 1 and b', {}],
    ['a > 1 unless on () (m == 1)', { m: 'wanted' }],
    ['a unless (b unless c)', { b: 'wanted' }],
    ['absent(a{x="1"})', { 'a{x="1"}': 'wanted' }],
    ['absent_over_time(a[5m]) and b', { a: 'wanted' }],
    ['a unless absent(b)', {}],
    ['(sum(a) or vector(0)) / b > 0.05', { a: 'tolerated' }],
    ['a > 1 or b > 2', { a: 'tolerated', b: 'tolerated' }],
    ['a unless a offset 5m', {}],
    ['a > 1 and on () (m == 0 or absent(m))', { m: 'wanted' }],
    ['absent(up{job="x"}) or up{job="x"} == 0', { 'up{job="x"}': 'wanted' }],
    ['a unless b unless absent(b)', {}],
  ];
  for (const [expr, absences] of found) {
    it(expr, () => expect(Object.fromEntries(absencesOf(expr))).to.deep.equal(absences));
  }
});

describe('rangesOf', () => {
  it('gives what functions read, with its window', () => {
    expect(rangesOf('sum(rate(a{b="c"}[5m] offset 1m)) / increase(x[15s] @ end()) + up')).to.deep.equal([
      { function: 'rate', text: 'a{b="c"}[5m]', selector: 'a{b="c"}', windowMs: 300_000 },
      { function: 'increase', text: 'x[15s]', selector: 'x', windowMs: 15_000 },
    ]);
    expect(rangesOf('max_over_time(a[1h:1m])')).to.deep.equal([]);
  });

  it('gives what histogram_quantile reads', () => {
    expect(quantileArgumentsOf('histogram_quantile(0.9, sum by (job) (rate(b[1m]))) > 1')).to.deep.equal([
      'sum by (job) (rate(b[1m]))',
    ]);
    expect(quantileArgumentsOf('quantile(0.9, a)')).to.deep.equal([]);
  });
});
