import { expect } from 'chai';
import { outerComparison } from '../promql/outer-comparison.ts';
import { parsePromql } from '../promql/parse.ts';
import { translateToPromql } from './translate-to-promql.ts';

describe('LogQL as PromQL', () => {
  const cases: [logql: string, promql: string][] = [
    ['sum(rate({a="b"}[5m])) > 0.5', 'sum(log_lines_0) > 0.5'],
    [
      'sum by (c) (count_over_time({a="b"} | c > 5m [5m] offset 1h)) or vector(0)',
      'sum by (c) (log_lines_0 offset 1h) or vector(0)',
    ],
    ['count_over_time({a="b"}[5m] offset -1m) >= bool 5', 'log_lines_0 offset -1m >= bool 5'],
    [
      'topk(3, max by (d) (sum by (c, d) (rate({a="b"}[1m])))) and on (d) rate({a="c"}[1m]) unless rate({a="d"}[1m])',
      'topk(3, max by (d) (sum by (c, d) (log_lines_0))) and on (d) log_lines_1 unless log_lines_2',
    ],
    [
      'max_over_time({a="b"} | unwrap x [5m]) by (y) * 2 ^ 3 # rate({a="b"}[1m])',
      'log_lines_0 * 2 ^ 3 # rate({a="b"}[1m])',
    ],
    ['approx_topk(3, rate({a="b"}[1m]))', 'topk(3, log_lines_0)'],
    [
      'sort_desc(label_replace(rate({a="b"}[1m]), "c", "$1", "d", `(.*)`)) < 1e3',
      'sort_desc(label_replace(log_lines_0, "c", "$1", "d", `(.*)`)) < 1e3',
    ],
  ];
  for (const [logql, promql] of cases) {
    it(logql, () => {
      const { expr } = translateToPromql(logql);
      expect(expr).to.equal(promql);
      expect(parsePromql(expr).type.isError).to.equal(false);
    });
  }

  it('maps each placeholder metric to its range, with numbers from a given start', () => {
    const { expr, ranges } = translateToPromql('rate({a="b"}[1m]) / rate({a="c"}[2m])', 3);
    expect(expr).to.equal('log_lines_3 / log_lines_4');
    expect([...ranges].map(([metric, { windowMs }]) => [metric, windowMs])).to.deep.equal([
      ['log_lines_3', 60_000],
      ['log_lines_4', 120_000],
    ]);
  });

  it('has the precedence of Loki', () => {
    const { expr } = translateToPromql('rate({a="b"}[1m]) / rate({a="c"}[1m]) > 0.05');
    expect(outerComparison(expr)).to.deep.equal({
      ...{ left: 'log_lines_0 / log_lines_1', operator: '>', threshold: 0.05 },
    });
  });

  it('leaves a log query', () => {
    const { expr, ranges } = translateToPromql('{a="b"} |= "c"');
    expect(expr).to.equal('{a="b"} |= "c"');
    expect(ranges.size).to.equal(0);
  });
});
