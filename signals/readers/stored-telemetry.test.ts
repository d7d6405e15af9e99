import { expect } from 'chai';
import { paces } from '../../core/pace.ts';
import type { Telemetry } from '../../core/scenario.ts';
import type { Sample, Series } from './series.ts';
import { firstRise, seriesDifferences, storedHop } from './stored-telemetry.ts';

const request = { injectedAt: 1000, fromMs: 0, toMs: 5000, stepMs: 100, pace: paces.real };
/** Of each selector. */
const prometheus = (bySelector: Record<string, Series[]>) => {
  const answer = (selector: string) => bySelector[selector] ?? [];
  return {
    rawSamples: async (selector: string) => answer(selector),
    queryRange: async (selector: string) => ({ series: answer(selector) }),
  };
};
const found = (telemetry: Telemetry, bySelector: Record<string, Series[]>) =>
  storedHop(prometheus(bySelector), telemetry, request);

describe('when telemetry was stored', () => {
  it('finds the first increase after the injection: over a reset, in a new series, in any series', () => {
    const stored = (...series: Sample[][]) =>
      firstRise(
        series.map((samples) => ({ labels: {}, samples })),
        1000,
      ).at;
    expect(
      stored([
        [900, 1],
        [1100, 1],
        [1200, 2],
      ]),
    ).to.equal(1200);
    expect(
      stored([
        [900, 9],
        [1100, 0],
        [1200, 2],
      ]),
    ).to.equal(1200);
    expect(
      stored(
        [
          [1100, 0],
          [1300, 1],
        ],
        [[1200, 4]],
      ),
    ).to.equal(1200);
    expect(
      stored([
        [900, 1],
        [1000, 2],
        [1100, 2],
      ]),
    ).to.equal(undefined);
  });

  it('takes from a metric what is no trace of the fault', async () => {
    const telemetry: Telemetry = {
      signal: 'metric',
      metric: 'b',
      labels: { le: '+Inf' },
      minus: { le: '1000' },
    };
    const hop = await found(telemetry, {
      '{__name__="b",le="+Inf"}': [
        {
          labels: { le: '+Inf', job: 'a' },
          samples: [
            [900, 5],
            [1900, 9],
            [2900, 12],
          ],
        },
      ],
      '{__name__="b",le=~"1000(\\\\.0)?"}': [
        {
          labels: { le: '1000.0', job: 'a' },
          samples: [
            [900, 5],
            [1900, 9],
            [2900, 11],
          ],
        },
      ],
    });
    expect(hop).to.deep.include({ at: 2900, detail: 'rose from 0 to 1' });
    const all = [{ labels: { le: '1000.0', job: 'a' }, samples: [] }];
    expect(seriesDifferences(all, all, ['le'])).to.deep.equal([]);
  });

  it('takes the rate of a counter over the given length, and a limit from below', async () => {
    const telemetry: Telemetry = {
      ...{ signal: 'metric', metric: 'hits', labels: {}, rateOver: '1s', below: 5 },
    };
    // 10 a second until 2,000, then 2 a second.
    const samples: Sample[] = [-1500, -500, 500, 1500, 2500, 3500].map((at) => [
      at,
      at <= 1500 ? 20 + at / 100 : 35 + (at - 1500) / 500,
    ]);
    const series = { '{__name__="hits"}': [{ labels: {}, samples }] };
    expect(await found(telemetry, series)).to.include({ at: 2500, detail: 'was 2, below 5' });
    expect(await found({ ...telemetry, below: 1 }, series)).not.to.have.property('at');
  });

  it('takes a number for the limit where one is given', async () => {
    const telemetry: Telemetry = { signal: 'metric', metric: 'cpu', labels: {}, above: 0.7 };
    const series = (...samples: Sample[]) => ({ '{__name__="cpu"}': [{ labels: {}, samples }] });
    expect(await found(telemetry, series([500, 0.9], [1500, 0.5], [2500, 0.8]))).to.include({ at: 2500 });
    expect(await found(telemetry, series([1500, 0.7]))).not.to.have.property('at');
  });

  it('finds the moment from which a series is gone', async () => {
    const telemetry: Telemetry = { signal: 'absence', metric: 'up', labels: { instance: 'a' } };
    const every = (from: number, to: number): Sample[] =>
      Array.from({ length: (to - from) / 100 + 1 }, (_, i) => [from + 100 * i, 1]);
    const series = (...samples: Sample[]) => ({
      '{__name__="up",instance="a"}': [{ labels: {}, samples }],
    });
    expect(await found(telemetry, series(...every(0, 2200), ...every(4000, 5000)))).to.include({ at: 2300 });
    expect(await found(telemetry, series(...every(0, 5000)))).not.to.have.property('at');
    expect(await found(telemetry, {})).not.to.have.property('at');
  });

  it('ignores logs, which Prometheus does not store', async () => {
    expect(await found({ signal: 'log', query: '{a="b"}' }, {})).to.equal(undefined);
  });
});
