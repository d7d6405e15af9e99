import { expect } from 'chai';
import { multiplyLogCounts } from './counts.ts';

const by15 = () => 15;

describe('multiplyLogCounts', () => {
  it('counts lines as at real pace', () => {
    expect(
      multiplyLogCounts('sum by (a) (count_over_time({a="b"} |= "x [1m] )" [5m])) > 100', by15),
    ).to.deep.equal({
      expr: 'sum by (a) ((15 * count_over_time({a="b"} |= "x [1m] )" [5m]))) > 100',
      unpaced: [],
    });
    expect(
      multiplyLogCounts('bytes_over_time({a="b"}[5m])', by15, [{ operator: '>', limit: 5000 }]).expr,
    ).to.equal('(15 * bytes_over_time({a="b"}[5m]))');
  });

  const lines = 'count_over_time({a="b"}[5m])';
  const multiplied: [expr: string, counted: string][] = [
    [`100 < ${lines}`, `100 < (15 * ${lines})`],
    [`${lines} * 2 - 10 > bool 50`, `(15 * ${lines}) * 2 - 10 > bool 50`],
    [
      `${lines} - count_over_time({a="b"}[5m] offset 1h) < -20`,
      `(15 * ${lines}) - (15 * count_over_time({a="b"}[5m] offset 1h)) < -20`,
    ],
    [`100 > 2 * ${lines} offset 1h`, `100 > 2 * (15 * ${lines} offset 1h)`],
    [`${lines} > 10 + 20`, `(15 * ${lines}) > 10 + 20`],
    [`${lines} # > 5\n > 100`, `(15 * ${lines}) # > 5\n > 100`],
    [
      `sum(max by (c) (${lines})) > 100 unless rate({a="c"}[5m]) > 3`,
      `sum(max by (c) ((15 * ${lines}))) > 100 unless rate({a="c"}[5m]) > 3`,
    ],
    [`(${lines} or vector(0)) > 100`, `((15 * ${lines}) or vector(0)) > 100`],
    [
      'sum(sum_over_time({a="b"} | json | unwrap bytes(size) [5m] offset 1h)) > 100',
      'sum((15 * sum_over_time({a="b"} | json | unwrap bytes(size) [5m] offset 1h))) > 100',
    ],
    [
      'count_over_time({a="b"} | status > 500 [5m]) > 100',
      '(15 * count_over_time({a="b"} | status > 500 [5m])) > 100',
    ],
  ];
  for (const [expr, counted] of multiplied) {
    it(`counts as at real pace in ${expr}`, () =>
      expect(multiplyLogCounts(expr, by15)).to.deep.equal({ expr: counted, unpaced: [] }));
  }

  it('leaves what any line makes true, rates, shares and log queries', () => {
    for (const expr of [
      `${lines} > 0`,
      `sum(${lines}) >= 1`,
      `0 < ${lines}`,
      'rate({a="b"}[5m]) > 3',
      'rate({a="b"} | unwrap x [5m]) > 3',
      'max_over_time({a="b"} | unwrap x [5m]) > 3',
      `100 * sum(count_over_time({a="c"}[5m])) / sum(${lines}) > 5`,
      '{a="b"} |= "count_over_time({}[5m]) > 5"',
      'vector(1) > 0',
    ]) {
      expect(multiplyLogCounts(expr, by15)).to.deep.equal({ expr, unpaced: [] });
    }
  });

  it('reports counts that a single line would satisfy at this pace', () => {
    const few = (expr: string) => multiplyLogCounts(expr, by15).unpaced;
    const needing = (needs: number) => [{ kind: 'few', text: lines, needs }];
    expect(few(`${lines} > 5`)).to.deep.equal(needing(6));
    expect(few(`${lines} >= 5`)).to.deep.equal(needing(5));
    expect(few(`5 < ${lines}`)).to.deep.equal(needing(6));
    expect(few(`sum(${lines}) >= 15`)).to.deep.equal(needing(15));
    expect(few(`sum(${lines}) > 15`)).to.deep.equal([]);
    expect(few(`${lines} + ${lines} > 3`)).to.deep.equal([...needing(4), ...needing(4)]);
    const { unpaced } = multiplyLogCounts(lines, by15, [{ operator: '>', limit: 5 }]);
    expect(unpaced).to.deep.equal(needing(6));
  });

  it('refuses what does not parse', () => {
    expect(() => multiplyLogCounts('count_over_time({a="b"}[5m]', by15)).to.throw('LogQL expression');
  });
});
