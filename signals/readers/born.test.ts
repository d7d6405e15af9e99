import { expect } from 'chai';
import { bornWithFault, countersOf } from './born.ts';
import type { Sample, Series } from './series.ts';

const injectedAt = 100_000;
const window = { injectedAt, fromMs: 95_000, toMs: 160_000 };
const series = (labels: Record<string, string>, ...samples: Sample[]): Series => ({
  labels: { __name__: 'errors_total', ...labels },
  samples,
});
const found = (expr: string, ...stored: Series[]) =>
  bornWithFault({ rawSamples: async () => stored }, expr, window);
const expr = 'sum(increase(errors_total{code="502"}[5m])) > 0';

describe('counters that began with the fault', () => {
  it('are read by rate, irate and increase', () => {
    expect(
      countersOf(`${expr} and rate(a[1m]) + irate(b[1m] offset 1m) > max_over_time(c[5m])`),
    ).to.deep.equal(['errors_total{code="502"}', 'a', 'b']);
    expect(countersOf('up == 0')).to.deep.equal([]);
  });

  it('are told with what no increase sees', async () => {
    expect(await found(expr, series({ code: '502' }, [101_000, 4], [102_000, 4]))).to.deep.equal([
      {
        selector: 'errors_total{code="502"}',
        labels: { code: '502' },
        firstAt: 101_000,
        firstValue: 4,
        rise: 0,
      },
    ]);
  });

  it('are none where one existed before, or most of the fault was counted later', async () => {
    const before = series({ code: '502' }, [99_000, 0], [101_000, 4]);
    expect(await found(expr, before)).to.deep.equal([]);
    expect(await found(expr, before, series({ code: '502', pod: 'b' }, [101_000, 4]))).to.deep.equal([]);
    expect(await found(expr, series({ code: '502' }, [101_000, 1], [120_000, 40]))).to.deep.equal([]);
    expect(await found(expr, series({ code: '502' }, [101_000, 0], [102_000, 0]))).to.deep.equal([]);
    expect(await found(expr)).to.deep.equal([]);
  });
});
