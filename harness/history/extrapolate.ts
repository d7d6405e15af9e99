import { quantile } from '../../core/quantile.ts';
import type { Sample, Series } from '../../signals/readers/series.ts';
import type { SampledLine } from '../../signals/writers/remote-write.ts';

/** The functions whose argument is a counter. */
const counterFunctions = ['rate', 'increase', 'irate', 'resets'];
/** Counters and the parts of histograms, by the conventions of OpenMetrics. */
const counterName = /_(?:total|count|sum|bucket)$/;

/** Whether a series counts. @param functions those that rules apply to its ranges. */
export const isCounter = ({ labels, samples }: Series, functions: ReadonlySet<string>): boolean =>
  counterFunctions.some((name) => functions.has(name)) ||
  (counterName.test(labels.__name__ ?? '') && sinceLastFall(samples).length === samples.length);

/** The samples since a counter last began anew. */
const sinceLastFall = (samples: readonly Sample[]): readonly Sample[] =>
  samples.slice(
    Math.max(
      0,
      samples.findLastIndex(([, value], i) => value < (samples[i - 1]?.[1] ?? value)),
    ),
  );

/** The samples of a counter from which its rate is measured. @param steadyFrom since when the load shows in it. */
export const steadySamples = ({ samples }: Series, steadyFrom: number): readonly Sample[] =>
  sinceLastFall(samples).filter(([at]) => at >= steadyFrom);

/** The distance of the samples, in milliseconds. @param everyMs for a series with a single one. */
export const intervalOf = ({ samples }: Series, everyMs: number): number =>
  samples.length < 2
    ? everyMs
    : Math.max(
        1,
        Math.round(
          quantile(
            0.5,
            samples.slice(1).map(([at], i) => at - (samples[i]?.[0] ?? at)),
          ),
        ),
      );

export interface Extent {
  /** How far back from the first live sample the past reaches at least, in milliseconds. */
  readonly backMs: number;
  /** Distance of its samples, in milliseconds. */
  readonly everyMs: number;
}

/**
 * The past of a counter: the straight line through its steady samples, continued backwards to before its first live sample.
 *
 * The line meets the live samples again where the load begins. So a window that contains the start of the stack, where
 * there was no load yet, counts what steady traffic would have counted in it. The line has no reset, so that `resets()`
 * and differences do not see one either; its values may be negative.
 *
 * @param steady at least two samples.
 */
export function pastOfCounter(series: Series, steady: readonly Sample[], extent: Extent): SampledLine {
  const { perMs, valueAt } = leastSquares(steady);
  const [[firstAt, firstValue] = [0, 0]] = series.samples;
  // Without the limit, a series that rose faster before the load would begin with a reset.
  return lineBefore(series, extent, Math.min(valueAt(firstAt), firstValue), perMs);
}

/** The past of a gauge: its present value. */
export const pastOfGauge = (series: Series, extent: Extent): SampledLine =>
  lineBefore(series, extent, series.samples.at(-1)?.[1] ?? 0, 0);

/** @param valueAtFirst the value of the line at the first live sample, which is not part of it. */
function lineBefore(
  { labels, samples }: Series,
  { backMs, everyMs }: Extent,
  valueAtFirst: number,
  perMs: number,
): SampledLine {
  const count = Math.ceil(backMs / everyMs);
  const lengthMs = count * everyMs;
  const firstAt = (samples[0]?.[0] ?? 0) - lengthMs;
  return { labels, firstAt, everyMs, count, firstValue: valueAtFirst - lengthMs * perMs, perMs };
}

/** The straight line with the least squares of distances. */
function leastSquares(samples: readonly Sample[]): {
  readonly perMs: number;
  readonly valueAt: (at: number) => number;
} {
  const mean = (of: (sample: Sample) => number) =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [meanAt, meanValue] = [mean(([at]) => at), mean(([, value]) => value)];
  const squares = mean(([at]) => (at - meanAt) ** 2);
  const perMs = mean(([at, value]) => (at - meanAt) * (value - meanValue)) / squares;
  return { perMs, valueAt: (at) => meanValue + (at - meanAt) * perMs };
}
