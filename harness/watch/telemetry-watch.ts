import { met, notYet, until } from '../../core/poll.ts';
import type { Hop } from '../../core/record.ts';
import type { Telemetry } from '../../core/scenario.ts';
import type { ExposedSample } from '../../signals/readers/exposition.ts';
import { isConnectionRefused } from '../../signals/readers/http.ts';
import type { LokiReader } from '../../signals/readers/loki.ts';
import type { PrometheusReader } from '../../signals/readers/prometheus.ts';
import { hasLabels } from '../../signals/readers/series.ts';
import { counterSum, sidecarReader } from '../../signals/readers/sidecar.ts';

type Metric = Extract<Telemetry, { signal: 'metric' }>;
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

const metricEveryMs = 50;
const logEveryMs = 100;
const queryEveryMs = 100;

/**
 * Watches for the first sign of a fault. Must be called before the injection, because it reads the values without the fault.
 *
 * @param loki `undefined` on a stack without Loki; then no line is ever seen.
 * @param signal ends the watch, without an error.
 * @throws FiredrillError `broken` when an exporter does not answer at the start.
 */
export async function watchTelemetry(
  telemetry: Telemetry,
  {
    exporters,
    loki,
    prometheus,
  }: {
    readonly exporters: readonly Exporter[];
    readonly loki: LokiReader | undefined;
    readonly prometheus: Pick<PrometheusReader, 'queryRange'>;
  },
  signal: AbortSignal,
): Promise<TelemetryWatch> {
  if (telemetry.signal === 'log') return watchLog(telemetry, loki, signal);
  if (telemetry.signal === 'query') return watchQuery(telemetry, prometheus, signal);
  const { metric } = telemetry;
  const what =
    telemetry.signal === 'absence' ? 'no longer there' : `above ${telemetry.above ?? 'its value before'}`;
  const source = `the Collectors' exporters, read every ${metricEveryMs} ms: ${metric} ${what}`;
  // Most exporters never show the sign. They are no longer read once one has shown it.
  const seen = new AbortController();
  const until = AbortSignal.any([signal, seen.signal]);
  const looks = await Promise.all(
    exporters.map((exporter) =>
      telemetry.signal === 'metric'
        ? watchRise(telemetry, exporter, until)
        : watchDisappearance(telemetry, exporter, until),
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

/** Looks once for the sign; `undefined` when it is not there yet. */
type Look<T> = () => Promise<T | undefined>;
type MomentLook = Look<{ readonly at: number; readonly detail: string }>;

/** The value that the scenario defines: the sum of the series minus those with the labels `minus`; with `above`, the maximum. */
export function metricValue(
  samples: readonly ExposedSample[],
  { metric, labels, minus, above }: Metric,
): number {
  if (above === undefined || minus) {
    return (
      counterSum(samples, metric, labels) - (minus ? counterSum(samples, metric, { ...labels, ...minus }) : 0)
    );
  }
  const own = samples.filter(({ name, labels: all }) => name === metric && hasLabels(all, labels));
  return Math.max(Number.NEGATIVE_INFINITY, ...own.map(({ value }) => value));
}

async function watchRise(
  telemetry: Metric,
  { name, url }: Exporter,
  signal: AbortSignal,
): Promise<MomentLook> {
  const read = sidecarReader(url, signal);
  const valueNow = async () => metricValue(await read(telemetry.metric), telemetry);
  const baseline = telemetry.above ?? (await valueNow());
  return async () => {
    const value = await valueNow();
    return value > baseline ? { at: Date.now(), detail: `${name} shows ${value}` } : undefined;
  };
}

async function watchDisappearance(
  { metric, labels }: Absence,
  { name, url }: Exporter,
  signal: AbortSignal,
): Promise<MomentLook> {
  const read = sidecarReader(url, signal);
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
