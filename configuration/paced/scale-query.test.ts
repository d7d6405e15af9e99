import { expect } from 'chai';
import { problemsOf } from '../../core/testing/problems-of.ts';
import { scaleQuery } from './scale-query.ts';

const fast = (query: string, language?: 'promql' | 'logql') => scaleQuery(query, 15, language);

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
    expect(fast(query), 'told by no data source').to.equal(scaled);
  });
  it('leaves the windows that Grafana fills in', () => {
    expect(fast('sum(rate({a="b"}[$__interval]))', 'logql')).to.contain('[$__interval]');
  });
  it('refuses PromQL that does not parse', () => {
    const [problem] = problemsOf(() => fast('rate(a[5m)', 'promql'));
    expect(problem?.message).to.match(/does not parse/);
  });
  it('at real pace changes nothing', () => {
    expect(scaleQuery('rate(a[1m])', 1)).to.equal('rate(a[1m])');
  });
});
