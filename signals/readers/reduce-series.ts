import type { QueryComparison } from '../../core/grafana-condition.ts';
import type { Reducer, Reduction } from '../../core/grafana-query.ts';
import { quantile } from '../../core/quantile.ts';
import type { PrometheusReader } from './prometheus.ts';
import type { RangeResult, Sample, Series } from './series.ts';

type Make = (values: readonly number[], points: number) => number | undefined;

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const meanOf: Make = (values) => sumOf(values) / values.length;

/** Each is given one value at least, and how many points a value stands for. */
const makes: Readonly<Record<Reducer, Make>> = {
  last: (values) => values.at(-1),
  max: (values) => Math.max(...values),
  min: (values) => Math.min(...values),
  mean: meanOf,
  avg: meanOf,
  median: (values) => quantile(0.5, values),
  sum: (values, points) => sumOf(values) * points,
  count: (values, points) => Math.round(values.length * points),
};

/** The compared value of a comparison at every step of [from, to]. */
export async function queryReducedRange(
  reader: Pick<PrometheusReader, 'queryRange'>,
  { expr, reduction }: Pick<QueryComparison, 'expr' | 'reduction'>,
  fromMs: number,
  toMs: number,
  everyMs: number,
): Promise<RangeResult> {
  if (!reduction) return await reader.queryRange(expr, fromMs, toMs, everyMs);
  const { series, ...failed } = await reader.queryRange(expr, fromMs - reduction.windowMs, toMs, everyMs);
  return { series: reduceSeries(series, reduction, { fromMs, toMs, everyMs }), ...failed };
}

/**
 * What Grafana makes of a query's points, at each step of a range: of all points that lie in its window there.
 *
 * @param fromMs the first step. Samples before it are those of its window.
 * @param everyMs how far the samples are apart.
 */
export function reduceSeries(
  all: readonly Series[],
  { reducer, windowMs, stepMs }: Reduction,
  { fromMs, toMs, everyMs }: { readonly fromMs: number; readonly toMs: number; readonly everyMs: number },
): Series[] {
  const make = makes[reducer];
  return all.flatMap(({ labels, samples }) => {
    // Grafana asks at whole steps only.
    const points =
      stepMs > everyMs ? samples.filter(([at]) => (at + everyMs / 2) % stepMs < everyMs) : samples;
    const reduced: Sample[] = [];
    let [from, to] = [0, 0];
    for (let at = fromMs; at <= toMs; at += everyMs) {
      // Times come back from the API rounded to the millisecond.
      const end = stepMs > everyMs ? Math.floor(at / stepMs) * stepMs : at;
      while (to < points.length && (points[to]?.[0] ?? 0) <= end + everyMs / 2) to++;
      while (from < to && (points[from]?.[0] ?? 0) < end - windowMs - everyMs / 2) from++;
      if (from === to) continue;
      const values = points.slice(from, to).map(([, value]) => value);
      const value = make(values, Math.max(1, everyMs / stepMs));
      if (value !== undefined) reduced.push([at, value]);
    }
    return reduced.length > 0 ? [{ labels, samples: reduced }] : [];
  });
}
