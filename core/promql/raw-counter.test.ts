import { expect } from 'chai';
import { rawCounter } from './raw-counter.ts';

describe('a counter that is compared by its own value', () => {
  it('is found, also where it is summed', () => {
    for (const expr of [
      'errors_total{job="a"} > 10',
      'sum by (job) (errors_total{job="a"}) >= 10',
      'max(sum without (pod) ((errors_total{job="a"}))) > 10',
      'up == 1 and errors_total{job="a"} > 10',
      'errors_total{job="a"} > on () limit',
    ])
      expect(rawCounter(expr), expr).to.equal('errors_total{job="a"}');
  });

  it('is none where its rise is compared, or where it must be small', () => {
    for (const expr of [
      'rate(errors_total[5m]) > 10',
      'sum(increase(errors_total[5m])) > 10',
      'errors_total - errors_total offset 5m > 10',
      'errors_total < 10',
      'count(errors_total) > 10',
      'errors_total unless errors_total offset 5m',
      'node_memory_total_bytes > 10',
      'time() - errors_total > 10',
    ])
      expect(rawCounter(expr), expr).to.equal(undefined);
  });
});
