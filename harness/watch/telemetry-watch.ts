import { hasLabels, labelsKey } from '../../core/labels.ts';
import { isBeyond, limitText, type MetricTelemetry, shownByMetric } from '../../core/metric-telemetry.ts';
import { type Pace, paced } from '../../core/pace.ts';
import { met, notYet, until } from '../../core/poll.ts';
import type { Hop } from '../../core/record.ts';
import type { Telemetry } from '../../core/scenario.ts';
import type { ExposedSample } from '../../signals/readers/exposition.ts';
import { isConnectionRefused } from '../../signals/readers/http.ts';
import type { LokiReader } from '../../signals/readers/loki.ts';
import type { PrometheusReader } from '../../signals/readers/prometheus.ts';
import type { Sample } from '../../signals/readers/series.ts';
import { counterSum, sidecarReader } from '../../signals/readers/sidecar.ts';
import { ratesOver } from '../../signals/readers/stored-telemetry.ts';

type Absence = Extract<Telemetry, { signal: 'absence' }>;
type Log = Extract<Telemetry, { signal: 'log' }>;
type Query = Extract<Telemetry, { signal: 'query' }>;

/** The Prometheus exporter of a Collector. */
export interface Exporter {
  readonly name: string;
  /** URL of the exposition, for example `http://127.0.0.1:8889/metrics`. */
  readonly url: string;
}

/** When the fault's telemetry was first seen. A hop has no time when the watch ended before the telemetry was seen. */
export interface TelemetryWatch {
  /** When the Collector had the telemetry. */
  readonly exported: Promise<Hop>;
  /** When Loki could return the log line. `undefined` for metrics, for which Prometheus can be queried afterwards. */
  readonly stored: Promise<Hop | undefined>;
}

/** What the telemetry is read from. */
export interface TelemetrySources {
  readonly exporters: readonly Exporter[];
  /** Whether Prometheus scrapes services themselves. Their metrics are then looked for in Prometheus too. Default: no. */
  readonly areServicesScraped?: boolean;
  /** `undefined` on a stack without Loki; then no line is ever seen. */
  readonly loki: LokiReader | undefined;
  readonly prometheus: Pick<PrometheusReader, 'queryRange'>;
  /** Divides the length over which a rate is measured. */
  readonly pace: Pick<Pace, 'factor'>;
}

const metricEveryMs = 50;
const logEveryMs = 100;
const queryEveryMs = 100;

/**
 * Watches for the first sign of a fault. Must be called before the injection, because it reads the values without the fault.
 * For a rate it resolves only when the whole length of the rate has been seen.
 *
 * @param signal ends the watch, without an error.
 * @throws FiredrillError `broken` when an exporter does not answer at the start.
 */
export async function watchTelemetry(
  telemetry: Telemetry,
  { exporters, areServicesScraped = false, loki, prometheus, pace }: TelemetrySources,
  signal: AbortSignal,
): Promise<TelemetryWatch> {
  if (telemetry.signal === 'log') return watchLog(telemetry, loki, signal);
  if (telemetry.signal === 'query') return watchQuery(telemetry, prometheus, signal);
  const what = telemetry.signal === 'absence' ? `${telemetry.metric} no longer there` : shownAs(telemetry);
  const readers: MetricReader[] = [
    ...exporters.map(({ name, url }) => ({ name, read: sidecarReader(url, signal) })),
    ...(areServicesScraped ? [{ name: 'Prometheus', read: storedReader(prometheus) }] : []),
  ];
  const names = [
    ...(exporters.length > 0 ? ["the Collectors' exporters"] : []),
    ...(areServicesScraped ? ['Prometheus'] : []),
  ];
  const source = `${names.join(' and ')}, read every ${metricEveryMs} ms: ${what}`;
  // Most exporters never show the sign. They are no longer read once one has shown it.
  const seen = new AbortController();
  const until = AbortSignal.any([signal, seen.signal]);
  const looks = await Promise.all(
    readers.map((reader) =>
      telemetry.signal === 'metric'
        ? watchMetric(telemetry, reader, pace, until)
        : watchDisappearance(telemetry, reader, until),
    ),
  );
  const exported = Promise.any(looks.map((look) => firstSeen(look, metricEveryMs, until)))
    .then(
      (first): Hop => ({ name: 'telemetry exported', source, ...first }),
      (): Hop => ({ name: 'telemetry exported', source }),
    )
    .finally(() => seen.abort());
  return { exported, stored: Promise.resolve(undefined) };
}

/** Where a metric is read, and its samples now. */
interface MetricReader {
  readonly name: string;
  readonly read: (metric: string) => Promise<ExposedSample[]>;
}

/** What Prometheus has stored of a metric. */
const storedReader =
  (prometheus: Pick<PrometheusReader, 'queryRange'>): MetricReader['read'] =>
  async (metric) => {
    const now = Date.now();
    const { series } = await prometheus.queryRange(metric, now, now, 1_000);
    return series.flatMap(({ labels, samples }) =>
      samples.slice(-1).map(([, value]) => ({ name: metric, labels, value })),
    );
  };

/** Looks once for the sign; `undefined` when it is not there yet. */
type Look<T> = () => Promise<T | undefined>;
type MomentLook = Look<{ readonly at: number; readonly detail: string }>;

const shownAs = (telemetry: MetricTelemetry): string =>
  `${shownByMetric(telemetry)}${limitText(telemetry) === '' ? ' above its value before' : ''}`;

/**
 * The value that the scenario defines: the sum of the series minus those with the labels `minus`; with `above`, the maximum;
 * with `below`, the minimum.
 */
export function metricValue(
  samples: readonly ExposedSample[],
  { metric, labels, minus, above, below }: MetricTelemetry,
): number {
  if ((above ?? below) === undefined || minus) {
    return (
      counterSum(samples, metric, labels) - (minus ? counterSum(samples, metric, { ...labels, ...minus }) : 0)
    );
  }
  const own = samples
    .filter(({ name, labels: all }) => name === metric && hasLabels(all, labels))
    .map(({ value }) => value);
  return above === undefined ? Math.min(Infinity, ...own) : Math.max(-Infinity, ...own);
}

async function watchMetric(
  telemetry: MetricTelemetry,
  { name, read }: MetricReader,
  pace: Pick<Pace, 'factor'>,
  signal: AbortSignal,
): Promise<MomentLook> {
  const { metric, rateOver } = telemetry;
  const overMs = rateOver === undefined ? 0 : paced(rateOver, pace);
  const rates = new LatestRates(overMs);
  const valueNow = async () => {
    const samples = await read(metric);
    return metricValue(overMs > 0 ? rates.add(Date.now(), samples) : samples, telemetry);
  };
  const baseline = await valueNow();
  if (overMs > 0) await fullLength(overMs, valueNow, signal);
  return async () => {
    const value = await valueNow();
    return (isBeyond(telemetry, value) ?? value > baseline)
      ? { at: Date.now(), detail: `${name} shows ${Math.round(value * 1000) / 1000}` }
      : undefined;
  };
}

/** Reads until the readings cover this long. */
async function fullLength(overMs: number, read: () => Promise<number>, signal: AbortSignal): Promise<void> {
  const end = performance.now() + overMs;
  await until(
    'the rate before the fault',
    async () => {
      await read();
      return performance.now() >= end ? met(true) : notYet('not read for long enough');
    },
    { where: 'telemetry', withinMs: overMs + 10_000, everyMs: metricEveryMs, signal },
  );
}

/** The rates of counters from readings of an exporter. */
class LatestRates {
  readonly #overMs: number;
  readonly #readings = new Map<string, readonly Sample[]>();

  constructor(overMs: number) {
    this.#overMs = overMs;
  }

  /** The rates up to this reading, as samples; none of a series that has not been read for long enough. */
  add(at: number, samples: readonly ExposedSample[]): ExposedSample[] {
    return samples.flatMap((sample) => {
      const key = `${sample.name} ${labelsKey(sample.labels)}`;
      const before = this.#readings.get(key) ?? [];
      const first = before.findLastIndex(([then]) => then <= at - this.#overMs);
      const kept: Sample[] = [...before.slice(Math.max(0, first)), [at, sample.value]];
      this.#readings.set(key, kept);
      const ends = [kept[0], kept.at(-1)].filter((one) => one !== undefined);
      const [rates] = ratesOver([{ labels: sample.labels, samples: ends }], this.#overMs);
      return (rates?.samples ?? []).map(([, value]) => ({ ...sample, value }));
    });
  }
}

async function watchDisappearance(
  { metric, labels }: Absence,
  { name, read }: MetricReader,
  signal: AbortSignal,
): Promise<MomentLook> {
  const count = async () => (await read(metric)).filter((one) => hasLabels(one.labels, labels)).length;
  const before = await count();
  const gone = (detail: string) => ({ at: Date.now(), detail });
  return async () => {
    // This exporter never had the series.
    if (before === 0) return undefined;
    try {
      return (await count()) < before ? gone(`${name} no longer shows it`) : undefined;
    } catch (error) {
      if (!signal.aborted && isConnectionRefused(error)) return gone(`${name} is gone itself`);
      throw error;
    }
  };
}

function watchLog({ query }: Log, loki: LokiReader | undefined, signal: AbortSignal): TelemetryWatch {
  const from = Date.now();
  const found = firstSeen(
    async () => {
      const [line] = loki ? await loki.lines(query, from, Date.now() + 1_000, 1) : [];
      return line && { seenAt: Date.now(), line };
    },
    logEveryMs,
    signal,
  );
  const own = `Loki: the own time of the first line of ${query}`;
  const asked = `Loki, asked every ${logEveryMs} ms for ${query}`;
  return {
    exported: found.then(
      ({ line: { at, service, text } }): Hop => ({
        ...{ name: 'telemetry exported', source: own, at, detail: `${service}: ${text}` },
      }),
      (): Hop => ({ name: 'telemetry exported', source: own }),
    ),
    stored: found.then(
      ({ seenAt }): Hop => ({ name: 'sample stored', source: asked, at: seenAt }),
      (): Hop => ({ name: 'sample stored', source: asked }),
    ),
  };
}

/** Nothing is exported: Prometheus stores the sample when it scrapes. */
function watchQuery(
  { query }: Query,
  prometheus: Pick<PrometheusReader, 'queryRange'>,
  signal: AbortSignal,
): TelemetryWatch {
  const source = `Prometheus, asked every ${queryEveryMs} ms for ${query}`;
  const exported = firstSeen(
    async () => {
      const now = Date.now();
      const { series } = await prometheus.queryRange(query, now, now, 1_000);
      return series.length > 0 ? { at: now } : undefined;
    },
    queryEveryMs,
    signal,
  ).then(
    (found): Hop => ({ name: 'telemetry exported', source, ...found }),
    (): Hop => ({ name: 'telemetry exported', source }),
  );
  return { exported, stored: Promise.resolve(undefined) };
}

/** Repeats a look until it finds something. A look that fails is repeated. @throws when the signal aborts. */
const firstSeen = <T>(look: Look<T>, everyMs: number, signal: AbortSignal): Promise<T> =>
  until(
    'the telemetry',
    async () => {
      const found = await look();
      return found === undefined ? notYet('nothing') : met(found);
    },
    { where: 'telemetry', withinMs: Number.POSITIVE_INFINITY, everyMs, signal },
  );
