import { broken } from '../../core/errors.ts';
import { labelsKey } from '../../core/labels.ts';
import { met, never, notYet, type PollOptions, until } from '../../core/poll.ts';
import type { LookBack } from '../../core/promql/look-backs.ts';
import type { HistoryEvidence } from '../../core/record.ts';
import type { PastFailures } from '../../core/scenario.ts';
import type { PrometheusReader } from '../../signals/readers/prometheus.ts';
import { type Series, selectorFor } from '../../signals/readers/series.ts';
import type { RemoteWriter, SampledLine } from '../../signals/writers/remote-write.ts';
import { intervalOf, isCounter, pastOfCounter, pastOfGauge, steadySamples } from './extrapolate.ts';
import type { RuleReads } from './rule-reads.ts';

/** Times in epoch milliseconds, lengths in milliseconds. */
export interface HistoryRequest {
  readonly reads: RuleReads;
  /** How far back the past reaches at most, from the first live sample of each series. */
  readonly lengthMs: number;
  /** From when on Prometheus may have live samples. */
  readonly liveFrom: number;
  /** Since when the services have had load. */
  readonly loadFrom: number;
  /** How long a request needs at most until its count can be scraped. */
  readonly exportMs: number;
  readonly pastFailures?: PastFailures;
}

export interface HistoryAccess {
  readonly prometheus: Pick<PrometheusReader, 'rawSamples' | 'everyRule' | 'sampleCounts' | 'queryRange'>;
  readonly writer: RemoteWriter;
  readonly signal: AbortSignal;
  readonly onNotMet: (saw: string) => void;
}

/** Samples under load from which the rate of a counter is measured. With fewer, one late export would change it much. */
export const minSteadySamples = 10;

/** Keeps the memory of Prometheus small. */
const maxSamples = 2_000_000;

/** After this many intervals without a sample a series has ended, and gets no past. */
const endedAfterIntervals = 5;

/** A live series with how rules read it. */
interface ReadSeries {
  readonly series: Series;
  readonly backMs: number;
  readonly everyMs: number;
  readonly isCounter: boolean;
}

/** A line with the time of the first live sample after it. */
interface Past extends SampledLine {
  readonly liveFrom: number;
}

/**
 * Writes the past of every series that a rule reads further back than there has been load, as far back as it is read, and
 * checks that Prometheus has stored it. Recorded metrics come after those that they are made of, so that their present
 * value already follows from these.
 *
 * @param withinMs the longest that all of it may take, in milliseconds.
 * @throws FiredrillError `broken` when a rate cannot be measured, when it would be too much, when Prometheus refuses a
 * sample, and when samples are missing afterwards.
 */
export async function writeHistory(
  access: HistoryAccess,
  request: HistoryRequest,
  withinMs: number,
): Promise<HistoryEvidence> {
  const { prometheus, writer, signal, onNotMet } = access;
  const { reads, loadFrom } = request;
  const deadline = performance.now() + withinMs;
  const polling = (): PollOptions => ({
    ...{ where: 'history', everyMs: 500, signal, onNotMet },
    withinMs: Math.max(0, deadline - performance.now()),
  });
  const trafficMs = Date.now() - loadFrom;
  const stages = Map.groupBy(
    reads.looks.filter(({ backMs }) => backMs > trafficMs),
    ({ metric }) => reads.depthOf(metric),
  );
  const written = new Map<string, Past>();
  for (const depth of [...stages.keys()].sort((a, b) => a - b)) {
    for (let below = 1; written.size > 0 && below <= depth; below++)
      await recordedAnew(prometheus, (metric) => reads.depthOf(metric) === below, polling());
    const found = await pastsOf(access, request, stages.get(depth) ?? [], polling());
    const failures = depth === 0 ? failuresIn(request, found, stages.get(depth) ?? []) : [];
    const failing = new Set(failures.map(({ labels }) => labelsKey(labels)));
    const others = found.filter(({ labels }) => !failing.has(labelsKey(labels)));
    const fresh = [...others, ...failures].filter(({ labels }) => !written.has(labelsKey(labels)));
    const pasts = await asRecorded(prometheus, reads, fresh, [...written.values()]);
    for (const past of pasts) written.set(labelsKey(past.labels), past);
    refuseTooMany([...written.values()]);
    await writer.write(pasts);
    await storedCompletely(prometheus, pasts, polling());
  }
  const all = [...written.values()];
  return {
    series: all.length,
    samples: samplesOf(all),
    ...(all.length === 0
      ? {}
      : { from: all.reduce((least, { firstAt }) => Math.min(least, firstAt), Infinity) }),
  };
}

/**
 * Gives recorded series the value that their rule has at the end of the past that is written already. Their present value is
 * another one if that past has failures.
 */
async function asRecorded(
  prometheus: Pick<PrometheusReader, 'queryRange'>,
  reads: Pick<RuleReads, 'recordedBy'>,
  pasts: readonly Past[],
  written: readonly Past[],
): Promise<Past[]> {
  const at = Math.min(...written.map(({ liveFrom }) => liveFrom)) - 1;
  return await Promise.all(
    pasts.map(async (past): Promise<Past> => {
      const rule = past.perMs === 0 && written.length > 0 ? reads.recordedBy(past.labels) : undefined;
      if (!rule) return past;
      const { series } = await prometheus.queryRange(rule.expr, at, at, 1_000);
      const [, value] =
        series.find(({ labels }) => isMadeOf(past.labels, { ...labels, ...rule.labels }))?.samples[0] ?? [];
      return value === undefined || !Number.isFinite(value) ? past : { ...past, firstValue: value };
    }),
  );
}

/** Whether a recorded series has these labels, and no others than its name. */
const isMadeOf = (
  { __name__: _, ...recorded }: Readonly<Record<string, string>>,
  { __name__: __, ...labels }: Readonly<Record<string, string>>,
): boolean => labelsKey(recorded) === labelsKey(labels);

const samplesOf = (pasts: readonly SampledLine[]): number => pasts.reduce((sum, { count }) => sum + count, 0);

function refuseTooMany(pasts: readonly SampledLine[]): void {
  const samples = samplesOf(pasts);
  if (samples > maxSamples)
    throw broken(
      'history',
      `the rules read ${pasts.length} series so far back that their past is ${samples} samples; at most ${maxSamples} are written`,
      'ask for a shorter load.history, or leave rules out of the configuration for drills',
    );
}

/**
 * The failures of the history: lines that end at the first live sample of the counter. Without one they end now, at 0,
 * where the counter of the fault begins.
 *
 * @throws FiredrillError `broken` when there is nothing that they are a share of.
 */
function failuresIn(
  { pastFailures, lengthMs }: HistoryRequest,
  pasts: readonly Past[],
  looks: readonly LookBack[],
): Past[] {
  if (!pastFailures) return [];
  const { counter, labels, of, share } = pastFailures;
  const all = pasts.filter((past) => past.labels.__name__ === of);
  if (all.length === 0)
    throw broken(
      'history',
      `no rule reads ${of} further back than there has been load`,
      'change load.pastFailures.of',
    );
  const backMs = Math.max(0, ...looks.filter(({ metric }) => metric === counter).map((look) => look.backMs));
  const now = Date.now();
  return all.map((past) => {
    const own = { ...past.labels, ...labels, __name__: counter };
    const perMs = share * past.perMs;
    const live = pasts.find((other) => labelsKey(other.labels) === labelsKey(own));
    if (live) {
      const spanMs = live.count * live.everyMs;
      return { ...live, perMs, firstValue: live.firstValue + spanMs * (live.perMs - perMs) };
    }
    const { everyMs } = past;
    const count = Math.ceil(Math.min(lengthMs, backMs + everyMs) / everyMs);
    const spanMs = (count - 1) * everyMs;
    return {
      labels: own,
      firstAt: now - spanMs,
      everyMs,
      count,
      firstValue: -spanMs * perMs,
      perMs,
      liveFrom: now + 1,
    };
  });
}

/** Waits until every counter has enough samples under load, and returns the pasts of the series that are there now. */
async function pastsOf(
  { prometheus }: Pick<HistoryAccess, 'prometheus'>,
  request: HistoryRequest,
  looks: readonly LookBack[],
  polling: PollOptions,
): Promise<Past[]> {
  // A series that begins during the wait is not waited for, because others may begin after it.
  let known: ReadonlySet<string> | undefined;
  const steadyFrom = ({ everyMs }: ReadSeries) => request.loadFrom + request.exportMs + everyMs;
  return await until(
    `${minSteadySamples} samples of every counter under load`,
    async () => {
      const found = await liveSeries(prometheus, request, looks);
      const native = [...found.values()].find(({ series }) => series.samples.length === 0);
      if (native)
        return never(
          `${selectorFor(native.series.labels)} has native histograms, which cannot be given a history`,
        );
      known ??= new Set(found.keys());
      const all = [...found].filter(([key]) => known?.has(key)).map(([, one]) => one);
      for (const one of all) {
        const { length } = steadySamples(one.series, steadyFrom(one));
        if (one.isCounter && length < minSteadySamples)
          return notYet(`${selectorFor(one.series.labels)} has ${length} of ${minSteadySamples} samples`);
      }
      return met(
        all.map((one) => {
          const { series } = one;
          const past = one.isCounter
            ? pastOfCounter(series, steadySamples(series, steadyFrom(one)), one)
            : pastOfGauge(series, one);
          return { ...past, liveFrom: series.samples[0]?.[0] ?? 0 };
        }),
      );
    },
    { ...polling, hint: 'the rate of the traffic before the drill is measured from them' },
  );
}

/** The series of some selectors that have not ended, by their labels. */
async function liveSeries(
  prometheus: Pick<PrometheusReader, 'rawSamples'>,
  { reads, lengthMs, liveFrom }: HistoryRequest,
  looks: readonly LookBack[],
): Promise<Map<string, ReadSeries>> {
  const now = Date.now();
  const bySelector = Map.groupBy(looks, ({ text }) => text);
  const readings = new Map<string, { series: Series; looks: LookBack[] }>();
  for (const [selector, own] of bySelector) {
    for (const series of await prometheus.rawSamples(selector, liveFrom, now)) {
      const key = labelsKey(series.labels);
      readings.set(key, { series, looks: [...(readings.get(key)?.looks ?? []), ...own] });
    }
  }
  const live = new Map<string, ReadSeries>();
  for (const [key, { series, looks: own }] of readings) {
    const everyMs = intervalOf(series, reads.everyMsOf(series.labels.__name__ ?? ''));
    const lastAt = series.samples.at(-1)?.[0] ?? now;
    if (now - lastAt > endedAfterIntervals * everyMs) continue;
    live.set(key, {
      series,
      everyMs,
      // One sample more, because the oldest that is read lies before the window.
      backMs: Math.min(lengthMs, everyMs + Math.max(...own.map(({ backMs }) => backMs))),
      isCounter: isCounter(series, new Set(own.map((look) => look.function))),
    });
  }
  return live;
}

/** Waits until every recording rule of these metrics has been evaluated once more. */
async function recordedAnew(
  prometheus: Pick<PrometheusReader, 'everyRule'>,
  isWanted: (metric: string) => boolean,
  polling: PollOptions,
): Promise<void> {
  const since = Date.now();
  await until(
    'the recording rules to be evaluated with the history',
    async () => {
      const waiting = (await prometheus.everyRule()).find(
        ({ type, name, lastEvaluationAt = 0 }) =>
          type === 'recording' && isWanted(name) && lastEvaluationAt <= since,
      );
      return waiting ? notYet(`${waiting.name} is not recorded yet`) : met(true);
    },
    polling,
  );
}

/** Waits until Prometheus has every sample of these pasts, counted up to the first live sample of each metric. */
async function storedCompletely(
  prometheus: Pick<PrometheusReader, 'sampleCounts'>,
  pasts: readonly Past[],
  polling: PollOptions,
): Promise<void> {
  const byMetric = Map.groupBy(pasts, ({ labels }) => labels.__name__ ?? '');
  await until(
    'Prometheus to have the whole history',
    async () => {
      for (const [metric, own] of byMetric) {
        const from = Math.min(...own.map(({ firstAt }) => firstAt));
        const to = Math.min(...own.map(({ liveFrom }) => liveFrom)) - 1;
        const counts = await prometheus.sampleCounts(metric, from, to);
        const stored = new Map(counts.map(({ labels, count }) => [labelsKey(labels), count]));
        for (const past of own) {
          const wanted = samplesUpTo(past, to);
          const has = stored.get(labelsKey(past.labels)) ?? 0;
          if (has !== wanted)
            return notYet(`${selectorFor(past.labels)} has ${has} of ${wanted} samples of its history`);
        }
      }
      return met(true);
    },
    polling,
  );
}

/** The number of samples of a line up to a time. */
const samplesUpTo = ({ firstAt, everyMs, count }: SampledLine, to: number): number =>
  Math.max(0, Math.min(count, Math.floor((to - firstAt) / everyMs) + 1));
