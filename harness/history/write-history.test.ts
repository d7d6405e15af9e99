import { expect } from 'chai';
import { labelsKey } from '../../core/labels.ts';
import { lookBacksOf } from '../../core/promql/look-backs.ts';
import type { RuleHealth, SampleCount } from '../../signals/readers/prometheus.ts';
import type { Sample, Series } from '../../signals/readers/series.ts';
import { type SampledLine, sampleOf } from '../../signals/writers/remote-write.ts';
import type { RuleReads } from './rule-reads.ts';
import { type HistoryRequest, minSteadySamples, writeHistory } from './write-history.ts';

const second = 1_000;
const hour = 3_600 * second;
/** The time of the test: all tests of a run are loaded before the first runs. */
let now = 0;

/** A live series with a sample each second up to now. */
const live = (name: string, count: number, value: (i: number) => number = () => 1): Series => ({
  labels: { __name__: name },
  samples: Array.from({ length: count }, (_, i): Sample => [now - (count - i) * second, value(i)]),
});

/** A Prometheus that knows selectors by the name of their metric. */
class FakePrometheus {
  readonly series: Series[];
  readonly written: SampledLine[][] = [];
  /** Names of metrics in the order in which they were read. */
  readonly read: string[] = [];
  recordings: string[] = [];
  loses = 0;

  constructor(...series: Series[]) {
    this.series = series;
  }

  rawSamples = async (selector: string): Promise<Series[]> => {
    this.read.push(selector);
    return this.series.filter(({ labels }) => labels.__name__ === selector);
  };

  everyRule = async () =>
    this.recordings.map(
      (name) => ({ type: 'recording', name, lastEvaluationAt: Date.now() + 1 }) as RuleHealth,
    );

  sampleCounts = async (metric: string, from: number, to: number): Promise<SampleCount[]> =>
    this.written
      .flat()
      .filter(({ labels }) => labels.__name__ === metric)
      .map((line) => {
        const times = Array.from({ length: line.count }, (_, i) => sampleOf(line, i)[0]);
        const count = times.filter((at) => at >= from && at <= to).length - this.loses;
        return { labels: { ...line.labels }, count };
      });

  /** Values of expressions in the past. */
  values: Readonly<Record<string, number>> = {};

  queryRange = async (query: string, at: number) => {
    const value = this.values[query];
    return { series: value === undefined ? [] : [{ labels: {}, samples: [[at, value] satisfies Sample] }] };
  };

  write = async (lines: readonly SampledLine[]): Promise<void> => void this.written.push([...lines]);
}

const readsOf = (exprs: readonly string[], depths: Readonly<Record<string, number>> = {}): RuleReads => ({
  looks: exprs.flatMap(lookBacksOf),
  depthOf: (metric) => depths[metric] ?? 0,
  recordedBy: ({ __name__: name = '' }) =>
    name in depths ? { expr: `rule of ${name}`, labels: { slo: 'checkout' } } : undefined,
  everyMsOf: () => second,
});

async function historyOf(
  prometheus: FakePrometheus,
  reads: RuleReads,
  { withinMs = 1_000, ...more }: Partial<HistoryRequest> & { withinMs?: number } = {},
) {
  const request: HistoryRequest = {
    reads,
    lengthMs: 6 * hour,
    liveFrom: 0,
    loadFrom: now - 30 * second,
    exportMs: second,
    ...more,
  };
  const { signal } = new AbortController();
  const access = { prometheus, writer: prometheus, signal, onNotMet: () => {} };
  return await writeHistory(access, request, withinMs);
}

const refusalOf = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'nothing was refused',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

describe('a history', () => {
  let errors: Series;
  let attempts: Series;
  beforeEach(() => {
    now = Date.now();
    errors = live('errors_total', 40, () => 0);
    attempts = live('attempts_total', 40, (i) => 5 * i);
  });

  it('is written of the series that rules read further back than there was load, as far as they are read', async () => {
    const prometheus = new FakePrometheus(errors, attempts, live('short_total', 40), live('never_read', 40));
    const reads = readsOf([
      'rate(errors_total[1h]) / rate(attempts_total[1h])',
      'rate(short_total[20s]) > never_read',
    ]);
    const { series, samples, from } = await historyOf(prometheus, reads);
    expect(prometheus.written.flat().map(({ labels }) => labels.__name__)).to.deep.equal([
      'errors_total',
      'attempts_total',
    ]);
    expect({ series, samples }).to.deep.equal({ series: 2, samples: 2 * 3_601 });
    expect(from).to.equal(now - 40 * second - 3_601 * second);
  });

  it('reaches no further back than asked, and is as long as the longest window that reads a series', async () => {
    const prometheus = new FakePrometheus(errors);
    const reads = readsOf(['rate(errors_total[1h])', 'rate(errors_total[1d])', 'rate(errors_total[5m])']);
    expect(await historyOf(prometheus, reads)).to.include({ series: 1, samples: 6 * 3_600 });
  });

  it('is empty where no rule reads further back than there was load', async () => {
    const prometheus = new FakePrometheus(errors);
    expect(await historyOf(prometheus, readsOf(['rate(errors_total[20s])']))).to.deep.equal({
      series: 0,
      samples: 0,
    });
    expect(prometheus.written).to.deep.equal([]);
  });

  it('is not given to a series that has ended', async () => {
    const ended = live('ended_total', 40);
    const prometheus = new FakePrometheus({ ...ended, samples: ended.samples.slice(0, 30) }, attempts);
    const reads = readsOf(['rate(ended_total[1h]) / rate(attempts_total[1h])']);
    expect(await historyOf(prometheus, reads)).to.include({ series: 1 });
  });

  it('is given to recorded metrics once they follow from the history of what they are made of', async () => {
    const ratio = live('ratio', 40, () => 0.5);
    const prometheus = new FakePrometheus(attempts, ratio);
    prometheus.recordings = ['ratio'];
    const reads = readsOf(['avg_over_time(ratio[1h])', 'rate(attempts_total[1h])'], { ratio: 1 });
    // As the recording rule makes it once its window is full.
    prometheus.write = async (lines) => {
      prometheus.written.push([...lines]);
      prometheus.series[1] = live('ratio', 40, (i) => (i < 39 ? 0.5 : 0.001));
    };
    await historyOf(prometheus, reads);
    expect(prometheus.read).to.deep.equal(['attempts_total', 'ratio']);
    expect(prometheus.written.map((lines) => lines.map(({ firstValue }) => firstValue))[1]).to.deep.equal([
      0.001,
    ]);
  });

  describe('with failures in it', () => {
    const pastFailures = {
      counter: 'errors_total',
      labels: { reason: 'refused' },
      of: 'attempts_total',
      share: 0.01,
    };
    const reads = readsOf(['rate(errors_total[1h]) / rate(attempts_total[1h])', 'rate(attempts_total[6h])']);

    it('has a counter that rises at that share of the other, and ends now at 0', async () => {
      const prometheus = new FakePrometheus(attempts);
      expect(await historyOf(prometheus, reads, { pastFailures })).to.include({ series: 2 });
      const [of, failures] = prometheus.written.flat();
      if (!of || !failures) throw new Error('nothing was written');
      expect(failures.labels).to.deep.equal({ __name__: 'errors_total', reason: 'refused' });
      expect(failures.perMs).to.be.closeTo(of.perMs / 100, 1e-9);
      const [endsAt, endsWith] = sampleOf(failures, failures.count - 1);
      expect(endsWith).to.be.closeTo(0, 1e-6);
      expect(endsAt).to.be.within(now - second, Date.now());
      // As far back as that counter is read, and one sample more.
      expect(failures.count).to.equal(3_601);
    });

    it('shows in recorded metrics: they have the value that their rule has in that past', async () => {
      const ratio = { ...live('ratio', 40, () => 0), labels: { __name__: 'ratio', slo: 'checkout' } };
      const prometheus = new FakePrometheus(attempts, ratio);
      prometheus.recordings = ['ratio'];
      prometheus.values = { 'rule of ratio': 0.01 };
      const recorded = readsOf(
        ['avg_over_time(ratio[6h])', 'rate(errors_total[1h])', 'rate(attempts_total[1h])'],
        { ratio: 1 },
      );
      await historyOf(prometheus, recorded, { pastFailures });
      const past = prometheus.written.flat().find(({ labels }) => labels.__name__ === 'ratio');
      expect(past).to.include({ firstValue: 0.01, perMs: 0 });
    });

    it('leads to the first sample of a counter that has counted before', async () => {
      const labels = { __name__: 'errors_total', reason: 'refused' };
      const counting = { ...live('errors_total', 40, () => 3), labels };
      const prometheus = new FakePrometheus(counting, attempts);
      expect(await historyOf(prometheus, reads, { pastFailures })).to.include({ series: 2 });
      const failures = prometheus.written.flat().find((line) => labelsKey(line.labels) === labelsKey(labels));
      if (!failures) throw new Error('no failures were written');
      expect(failures.perMs).to.be.closeTo(0.05 / second, 1e-9);
      const [nextAt, next] = sampleOf(failures, failures.count);
      expect([nextAt, Math.round(1000 * next)]).to.deep.equal([counting.samples[0]?.[0], 3000]);
    });

    it('is refused where nothing is there to be a share of', async () => {
      expect(await refusalOf(historyOf(new FakePrometheus(errors), reads, { pastFailures }))).to.include(
        'no rule reads attempts_total further back',
      );
    });
  });

  it('waits for enough samples under load, and tells at the deadline how many there are', async () => {
    const young = live('attempts_total', 5);
    const refusal = await refusalOf(
      historyOf(new FakePrometheus(young), readsOf(['rate(attempts_total[1h])']), { withinMs: 0 }),
    );
    expect(refusal).to.include(`{__name__="attempts_total"} has 5 of ${minSteadySamples} samples`);
    // The samples from before the load do not count, nor those that may miss a part of it.
    const idle = historyOf(new FakePrometheus(attempts), readsOf(['rate(attempts_total[1h])']), {
      ...{ loadFrom: now - 8 * second, withinMs: 0 },
    });
    expect(await refusalOf(idle)).to.include(`has 6 of ${minSteadySamples} samples`);
  });

  it('does not wait for a series that begins during the wait', async () => {
    const prometheus = new FakePrometheus(live('attempts_total', 5));
    const { rawSamples } = prometheus;
    prometheus.rawSamples = async (selector) => {
      const found = await rawSamples(selector);
      if (prometheus.read.length === 1) prometheus.series.splice(0, 1, attempts, live('attempts_total', 2));
      return found.map((series, i) => ({ ...series, labels: { ...series.labels, nth: `${i}` } }));
    };
    expect(await historyOf(prometheus, readsOf(['rate(attempts_total[1h])']))).to.include({ series: 1 });
  });

  it('is refused for native histograms, at once', async () => {
    const native: Series = { labels: { __name__: 'latency' }, samples: [] };
    const asked = historyOf(new FakePrometheus(native), readsOf(['rate(latency[1h])']), { withinMs: 60_000 });
    expect(await refusalOf(asked)).to.include('{__name__="latency"} has native histograms');
  });

  it('is refused if it were too much, and nothing is written then', async () => {
    const prometheus = new FakePrometheus(attempts);
    const reads = readsOf(['rate(attempts_total[30d])']);
    const refusal = await refusalOf(historyOf(prometheus, reads, { lengthMs: 30 * 24 * hour }));
    expect(refusal).to.include('1 series so far back that their past is 2592000 samples; at most 2000000');
    expect(prometheus.written).to.deep.equal([]);
  });

  it('is refused if Prometheus has not stored all of it, with what it has', async () => {
    const prometheus = new FakePrometheus(attempts);
    prometheus.loses = 1;
    const asked = historyOf(prometheus, readsOf(['rate(attempts_total[1h])']), { withinMs: 0 });
    expect(await refusalOf(asked)).to.include(
      'last seen: {__name__="attempts_total"} has 3600 of 3601 samples of its history',
    );
  });

  it('is written once of a series that several selectors read', async () => {
    const prometheus = new FakePrometheus(attempts);
    const { rawSamples } = prometheus;
    prometheus.rawSamples = (selector) => rawSamples(selector.replace(/\{.*/, ''));
    await historyOf(prometheus, readsOf(['rate(attempts_total[1h]) / rate(attempts_total{job="a"}[2h])']));
    expect(prometheus.written.flat().map(({ labels }) => labelsKey(labels))).to.have.lengthOf(1);
    expect(prometheus.written.flat()[0]?.count).to.equal(7_201);
  });
});
