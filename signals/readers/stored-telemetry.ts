import { type Labels, labelsKey, without } from '../../core/labels.ts';
import { isBeyond, limitText, type MetricTelemetry } from '../../core/metric-telemetry.ts';
import { type Pace, paced } from '../../core/pace.ts';
import type { Hop } from '../../core/record.ts';
import type { Telemetry } from '../../core/scenario.ts';
import { hop, type Moment } from './hops.ts';
import type { PrometheusReader } from './prometheus.ts';
import { type Sample, type Series, selectorFor } from './series.ts';

/** Times in epoch milliseconds, the step in milliseconds. */
export interface StoredRequest {
  readonly injectedAt: number;
  /** Some scrapes before the injection. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
  /** Divides the length over which a rate is measured. */
  readonly pace: Pick<Pace, 'factor'>;
}

/**
 * When Prometheus first stored a sample that shows the fault.
 *
 * @returns `undefined` for a log, which Prometheus does not store.
 * @throws FiredrillError `broken` if Prometheus does not respond.
 */
export async function storedHop(
  prometheus: Pick<PrometheusReader, 'rawSamples' | 'queryRange'>,
  telemetry: Telemetry,
  request: StoredRequest,
): Promise<Hop | undefined> {
  if (telemetry.signal === 'log') return undefined;
  const { injectedAt, fromMs, toMs } = request;
  if (telemetry.signal === 'query') {
    const { query } = telemetry;
    const source = `Prometheus: the first of every ${request.stepMs} ms at which ${query} has a result`;
    const { series } = await prometheus.queryRange(query, injectedAt, toMs, request.stepMs);
    const times = series.flatMap(({ samples }) => samples.map(([at]) => at));
    return hop('sample stored', source, times.length > 0 ? { at: Math.min(...times) } : {});
  }
  const selector = selectorOf(telemetry);
  if (telemetry.signal === 'absence') {
    const source = `Prometheus: the first of every ${request.stepMs} ms at which it has no ${telemetry.metric}`;
    return hop('sample stored', source, await firstAbsent(prometheus, selector, request));
  }
  const source = `Prometheus: stored samples of ${telemetry.metric}`;
  const { minus, metric, labels, rateOver } = telemetry;
  const overMs = rateOver === undefined ? 0 : paced(rateOver, request.pace);
  const samples = await prometheus.rawSamples(selector, fromMs - overMs, toMs);
  const limit = limitText(telemetry);
  if (limit === '' && !minus) return hop('sample stored', source, firstRise(samples, injectedAt));
  if (overMs > 0)
    return hop('sample stored', source, firstBeyond(ratesOver(samples, overMs), telemetry, injectedAt));
  const subtracted = minus
    ? await prometheus.rawSamples(selectorOf({ metric, labels: { ...labels, ...minus } }), fromMs, toMs)
    : [];
  const difference = minus ? seriesDifferences(samples, subtracted, Object.keys(minus)) : samples;
  return hop(
    'sample stored',
    source,
    limit === '' ? firstRise(difference, injectedAt) : firstBeyond(difference, telemetry, injectedAt),
  );
}

/**
 * Prometheus 3 stores bucket bounds and quantiles as floats, regardless of the exporter: `le="1000"` becomes
 * `le="1000.0"` (https://prometheus.io/docs/prometheus/latest/migration/#le-and-quantile-label-values).
 */
function selectorOf({ metric, labels }: { readonly metric: string; readonly labels: Labels }): string {
  const bounds = Object.entries(labels).filter(([name, value]) => isBound.has(name) && /^\d+$/.test(value));
  const exact = selectorFor({ __name__: metric, ...without(labels, ...bounds.map(([name]) => name)) });
  const either = bounds.map(([name, value]) => `,${name}=~${JSON.stringify(`${value}(\\.0)?`)}`);
  return exact.replace(/\}$/, `${either.join('')}}`);
}
const isBound = new Set(['le', 'quantile']);

/** The first sample after the injection that shows an increase in any series. */
export function firstRise(counter: readonly Series[], injectedAt: number): Moment {
  // A series without an earlier sample counts from 0, and so does a counter after a reset.
  const rises = (sample: Sample, before: Sample | undefined) => {
    const was = before?.[1] ?? 0;
    return sample[1] > (sample[1] < was ? 0 : was);
  };
  const firsts = counter.flatMap(({ samples }) => {
    const i = samples.findIndex((sample, n) => sample[0] > injectedAt && rises(sample, samples[n - 1]));
    const found = samples[i];
    return found ? [{ at: found[0], was: samples[i - 1]?.[1] ?? 0, is: found[1] }] : [];
  });
  const [first] = firsts.sort((a, b) => a.at - b.at);
  return first ? { at: first.at, detail: `rose from ${first.was} to ${first.is}` } : {};
}

/** The first sample after the injection that is above or below the number of the scenario in any series. */
function firstBeyond(series: readonly Series[], telemetry: MetricTelemetry, injectedAt: number): Moment {
  const found = series
    .flatMap(({ samples }) => samples)
    .filter(([at, value]) => at > injectedAt && isBeyond(telemetry, value))
    .sort(([a], [b]) => a - b)[0];
  return found ? { at: found[0], detail: `was ${rounded(found[1])}, ${limitText(telemetry)}` } : {};
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000;

/** The rise of each counter per second, over this long up to each sample. Samples without an earlier one are left out. */
export function ratesOver(counters: readonly Series[], overMs: number): Series[] {
  return counters.map(({ labels, samples }) => ({
    labels,
    samples: samples.flatMap(([at, value], i): Sample[] => {
      const [from, was] = samples.slice(0, i).findLast(([before]) => before <= at - overMs) ?? [];
      return from === undefined || was === undefined ? [] : [[at, (1000 * (value - was)) / (at - from)]];
    }),
  }));
}

/**
 * Subtracts from each series the one with the same labels except for some; samples of one scrape have the same time.
 * Series without a counterpart are left out, and so are the subtracted series themselves.
 */
export function seriesDifferences(
  series: readonly Series[],
  subtracted: readonly Series[],
  labels: readonly string[],
): Series[] {
  const by = new Map(subtracted.map((one) => [labelsKey(without(one.labels, ...labels)), one]));
  return series.flatMap((one) => {
    const other = by.get(labelsKey(without(one.labels, ...labels)));
    if (!other || labelsKey(other.labels) === labelsKey(one.labels)) return [];
    const values = new Map(other.samples);
    return [
      {
        labels: one.labels,
        samples: one.samples.map(([at, value]): Sample => [at, value - (values.get(at) ?? 0)]),
      },
    ];
  });
}

/** Prometheus marks a series as stale at the first scrape without it. */
async function firstAbsent(
  prometheus: Pick<PrometheusReader, 'queryRange'>,
  selector: string,
  { injectedAt, fromMs, toMs, stepMs }: StoredRequest,
): Promise<Moment> {
  const { series } = await prometheus.queryRange(selector, fromMs, toMs, stepMs);
  const ends = series.flatMap(({ samples }) => {
    const i = samples.findIndex(
      ([at], n) => at >= injectedAt && (samples[n + 1]?.[0] ?? Infinity) > at + 1.5 * stepMs,
    );
    const last = samples[i];
    return last && last[0] + stepMs <= toMs ? [last[0] + stepMs] : [];
  });
  return ends.length > 0 ? { at: Math.min(...ends) } : {};
}
