import { expect } from 'chai';
import { problemsOf } from '../../core/testing/problems-of.ts';
import { scaleQuery } from './scale-query.ts';

const fast = (query: string, language: 'promql' | 'logql' = 'promql') => scaleQuery(query, 15, language);

describe('scaleQuery', () => {
  it('divides windows of PromQL, but not below the tick', () => {
    expect(fast('rate(a[5m]) / rate(b[1m])')).to.equal('rate(a[20s]) / rate(b[10s])');
  });
  it('leaves a window that was below the tick as it is', () => {
    expect(fast('rate(a[8s])')).to.equal('rate(a[8s])');
  });
  it('divides offsets and steps without a bound', () => {
    expect(fast('max_over_time(rate(a[5m] offset 1m)[1h:30s])')).to.equal(
      'max_over_time(rate(a[20s] offset 4s)[4m:2s])',
    );
  });
  it('leaves thresholds alone', () => {
    expect(fast('a > 300 and b[5m:] > 5')).to.equal('a > 300 and b[20s:] > 5');
  });
  it('divides windows and offsets of LogQL, not what stands in texts, filters and comments', () => {
    const query = `sum by (service) (
  # [5m] of lines
  count_over_time({a=~"x[5m]"} |= \`offset 1h [5m]\` |= "\\"[5m]" | json | duration > 10s [5m] offset 1m)
) > 0`;
    const scaled = query.replace('10s [5m] offset 1m', '10s [20s] offset 4s');
    expect(fast(query, 'logql')).to.equal(scaled);
  });
  const logql: [query: string, scaled: string][] = [
    ['rate({a="b"} # [5m]\n [5m])', 'rate({a="b"} # [5m]\n [20s])'],
    ['rate({a=`}[5m]`} |~ `[5m]) offset 5m` [5m])', 'rate({a=`}[5m]`} |~ `[5m]) offset 5m` [20s])'],
    [
      'rate({a="b"} | json | duration > 5m and size < 5MB [5m])',
      'rate({a="b"} | json | duration > 5m and size < 5MB [20s])',
    ],
    ['count_over_time({a="b"}[5m] offset 1h)', 'count_over_time({a="b"}[20s] offset 4m)'],
    ['count_over_time({a="b"}[5m] offset -1h)', 'count_over_time({a="b"}[20s] offset -4m)'],
    ['count_over_time({a="b"}[1.5h])', 'count_over_time({a="b"}[6m])'],
    ['count_over_time({a="b"}[ 1h30m ] |= "c")', 'count_over_time({a="b"}[ 6m ] |= "c")'],
    [
      'quantile_over_time(0.9, {a="b"} | unwrap duration(x) [1h]) by (c)',
      'quantile_over_time(0.9, {a="b"} | unwrap duration(x) [4m]) by (c)',
    ],
    [
      'rate({a="b"} | line_format "{{ if gt .x 5 }}[5m]{{ end }}" [5m])',
      'rate({a="b"} | line_format "{{ if gt .x 5 }}[5m]{{ end }}" [20s])',
    ],
    [
      'sum_over_time({a="b"} | json | x > 5m and y < 1h | unwrap x [5m] offset 1h) by (z) > 5',
      'sum_over_time({a="b"} | json | x > 5m and y < 1h | unwrap x [20s] offset 4m) by (z) > 5',
    ],
    ['{a="b"} |= "5m" | x > 5m', '{a="b"} |= "5m" | x > 5m'],
  ];
  for (const [query, scaled] of logql) {
    it(`divides ranges and offsets alone in ${query}`, () => expect(fast(query, 'logql')).to.equal(scaled));
  }
  it('refuses PromQL that does not parse', () => {
    const [problem] = problemsOf(() => fast('rate(a[5m)', 'promql'));
    expect(problem?.message).to.match(/does not parse/);
  });
  it('refuses LogQL that does not parse', () => {
    const [problem] = problemsOf(() => fast('rate({a="b"}\n  |= "c" [5m)', 'logql'));
    expect(problem?.where).to.equal('LogQL expression: line 2, column 13');
    expect(problem?.message).to.equal('does not parse at ")"');
    expect(problem?.hint).to.match(/--pace real/);
  });
  it('at real pace changes nothing', () => {
    expect(scaleQuery('rate(a[1m])', 1, 'promql')).to.equal('rate(a[1m])');
  });
});
