import { expect } from 'chai';
import type { Sample, Series } from '../../signals/readers/series.ts';
import { type SampledLine, sampleOf } from '../../signals/writers/remote-write.ts';
import { intervalOf, isCounter, pastOfCounter, pastOfGauge, steadySamples } from './extrapolate.ts';

const start = 1_700_000_000_000;
const second = 1_000;

const seriesOf = (values: readonly number[], name = 'requests_total'): Series => ({
  labels: { __name__: name, job: 'shop' },
  samples: values.map((value, i): Sample => [start + i * second, value]),
});
const samplesOf = (line: SampledLine): Sample[] =>
  Array.from({ length: line.count }, (_, i) => sampleOf(line, i));
const none: ReadonlySet<string> = new Set();

/** What `increase` counts between the first and the last of the samples, with resets, before it extrapolates. */
const increaseOf = (samples: readonly Sample[]): number =>
  samples.slice(1).reduce((sum, [, value], i) => {
    const before = samples[i]?.[1] ?? 0;
    return sum + (value < before ? value : value - before);
  }, 0);

/** The past and the live samples of a counter, in order. */
function withPast(series: Series, steadyFrom: number, backMs: number): Sample[] {
  const extent = { backMs, everyMs: intervalOf(series, 0) };
  return [...samplesOf(pastOfCounter(series, steadySamples(series, steadyFrom), extent)), ...series.samples];
}

describe('the past of a counter', () => {
  it('ends one interval before its first live sample, and reaches back as far as asked', () => {
    const series = seriesOf([10, 15, 20]);
    const past = pastOfCounter(series, series.samples, { backMs: 60_500, everyMs: second });
    expect(past).to.deep.include({ labels: series.labels, count: 61, firstAt: start - 61 * second });
    expect(samplesOf(past).at(-1)?.[0]).to.equal(start - second);
  });

  it('goes on in the live samples without a reset and without a jump', () => {
    const all = withPast(seriesOf([10, 15, 20, 25]), start, 3 * second);
    expect(all.map(([, value]) => Math.round(value * 1e6) / 1e6)).to.deep.equal([-5, 0, 5, 10, 15, 20, 25]);
  });

  it('makes up for the start of the stack, where there was no load yet', () => {
    // Five a second from the sixth second on.
    const live = seriesOf([3, 3, 3, 3, 3, 3, 8, 13, 18, 23, 28]);
    const all = withPast(live, start + 5 * second, 20 * second);
    expect(increaseOf(all)).to.be.closeTo(5 * 30, 0.001);
    expect(all.every(([, value], i) => value >= (all[i - 1]?.[1] ?? Number.NEGATIVE_INFINITY))).to.equal(
      true,
    );
    // Without it, the hole would be in every window.
    expect(increaseOf(live.samples)).to.equal(25);
  });

  it('does not begin with a reset where the start of the stack counted more than the load does', () => {
    const live = seriesOf([40, 80, 120, 121, 122, 123]);
    const all = withPast(live, start + 2 * second, 5 * second);
    expect(all.some(([, value], i) => value < (all[i - 1]?.[1] ?? value))).to.equal(false);
    expect(increaseOf(all)).to.be.closeTo(5 + 83, 0.001);
  });

  it('is flat where nothing was counted', () => {
    const all = withPast(seriesOf([0, 0, 0]), start, 3 * second);
    expect(all.map(([, value]) => value)).to.deep.equal([0, 0, 0, 0, 0, 0]);
  });

  it('has the rate since the counter last began anew', () => {
    const live = seriesOf([500, 600, 0, 7, 14, 21]);
    expect(steadySamples(live, start)).to.deep.equal(live.samples.slice(2));
    const [first, next] = withPast(live, start, 2 * second);
    expect((next?.[1] ?? 0) - (first?.[1] ?? 0)).to.be.closeTo(7, 0.001);
  });

  it('is less changed by one late export than by the first and the last sample alone', () => {
    // Ten a second; the last export came late, so its ten are missing.
    const late = seriesOf([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 90]);
    const { perMs } = pastOfCounter(late, late.samples, { backMs: second, everyMs: second });
    expect(perMs * second).to.be.within(9.5, 10);
  });
});

describe('the past of a gauge', () => {
  it('is its present value', () => {
    const past = pastOfGauge(seriesOf([7, 9, 8], 'in_flight'), { backMs: 2 * second, everyMs: second });
    expect(samplesOf(past)).to.deep.equal([
      [start - 2 * second, 8],
      [start - second, 8],
    ]);
  });
});

describe('a counter', () => {
  it('is what rules read as one, or what is named as one and never falls', () => {
    expect(isCounter(seriesOf([1, 2], 'requests'), new Set(['rate']))).to.equal(true);
    expect(isCounter(seriesOf([1, 2], 'requests'), new Set(['max_over_time']))).to.equal(false);
    for (const name of ['x_total', 'x_count', 'x_sum', 'x_bucket'])
      expect(isCounter(seriesOf([1, 1, 2], name), none), name).to.equal(true);
    expect(isCounter(seriesOf([2, 1], 'memory_total'), none)).to.equal(false);
    expect(isCounter(seriesOf([2, 1], 'requests'), new Set(['increase']))).to.equal(true);
  });
});

describe('the interval of a series', () => {
  it('is the usual distance of its samples, not that of a missed scrape', () => {
    const series = seriesOf([1, 2, 3, 4, 5]);
    expect(intervalOf({ ...series, samples: series.samples.toSpliced(2, 1) }, 7)).to.equal(second);
  });

  it('is what the configuration says of a series with one sample', () => {
    expect(intervalOf(seriesOf([1]), 7)).to.equal(7);
  });
});
