import { expect } from 'chai';
import { parseLogql } from './logql/parse.ts';
import { parsePromql } from './promql/parse.ts';
import { problemsOf } from './testing/problems-of.ts';

describe('a function that a language does not have', () => {
  const told = (parse: (expr: string) => unknown, expr: string) =>
    problemsOf(() => parse(expr)).map(({ where, message, hint }) => [where, message, hint?.split('?')[0]]);

  for (const [expr, column, name, meant] of [
    ['ratee(up[5m])', 1, 'ratee', 'rate'],
    ['sum by (job) (ratee (up[5m])) > 0', 15, 'ratee', 'rate'],
    ['summ by (job) (up)', 1, 'summ', 'sum'],
    ['1 + topkk(5, up)', 5, 'topkk', 'topk'],
    ['histogram_quantil(0.9, up)', 1, 'histogram_quantil', 'histogram_quantile'],
  ] as const) {
    it(`is named in PromQL, with the one that was meant: ${expr}`, () => {
      expect(told(parsePromql, expr)).to.deep.equal([
        [
          `PromQL expression: line 1, column ${column}`,
          `there is no function "${name}"`,
          `did you mean ${meant}`,
        ],
      ]);
    });
  }
  for (const [expr, column, name, meant] of [
    ['ratee({a="b"}[5m])', 1, 'ratee', 'rate'],
    ['sum by (job) (count_over_tim({a="b"}[5m])) > 0', 15, 'count_over_tim', 'count_over_time'],
    ['summ by (x) (rate({a="b"}[5m]))', 1, 'summ', 'sum'],
  ] as const) {
    it(`is named in LogQL: ${expr}`, () => {
      expect(told(parseLogql, expr)).to.deep.equal([
        [
          `LogQL expression: line 1, column ${column}`,
          `there is no function "${name}"`,
          `did you mean ${meant}`,
        ],
      ]);
    });
  }

  it('is not guessed where something else does not parse', () => {
    for (const expr of [
      'up by (job)',
      'rate(up[5m)',
      'sum(rate(up[5m])',
      'up{job="a" (',
      'a b',
      'rate(up[5m]) > > 1',
    ])
      expect(told(parsePromql, expr)[0]?.[1], expr).not.to.match(/function/);
  });

  it('is none of the functions that there are, however they are written in the grammar', () => {
    const calls = {
      promql:
        'stddev_over_time log10 log2 ln pi days_in_month limitk limit_ratio bottomk histogram_stddev sort_by_label_desc quantile_over_time ts_of_max_over_time',
      logql: 'bytes_over_time rate_counter absent_over_time approx_topk sort_desc stdvar label_replace',
    };
    for (const name of calls.promql.split(' '))
      expect(told(parsePromql, `${name}(up[`)[0]?.[1], name).not.to.match(/no function/);
    for (const name of calls.logql.split(' '))
      expect(told(parseLogql, `${name}({a="b"}[`)[0]?.[1], name).not.to.match(/no function/);
  });

  it('is told without a guess where none is near', () => {
    const [problem] = problemsOf(() => parsePromql('levitate(up)'));
    expect(problem?.message).to.equal('there is no function "levitate"');
    expect(problem?.hint).to.match(/^known: .* more$/);
  });
});
