import { quantileArgumentsOf, type RangeRead, rangesOf } from '../../core/promql/ranges-of.ts';
import type { AlertEvidence, Recording, WindowRead } from '../../core/record.ts';
import type { EvidenceRequest } from './evidence-request.ts';
import type { PrometheusReader } from './prometheus.ts';
import { labelSets } from './series.ts';
import { foremost, observedRange } from './series-summary.ts';

/** Functions that have no value for a single sample; https://prometheus.io/docs/prometheus/latest/querying/functions/ */
const needTwo = new Set([
  'rate',
  'irate',
  'increase',
  'delta',
  'idelta',
  'deriv',
  'predict_linear',
  'double_exponential_smoothing',
]);

type Span = Pick<EvidenceRequest, 'injectedAt' | 'fromMs' | 'toMs' | 'stepMs'>;
type Raw = Awaited<ReturnType<PrometheusReader['rawSamples']>>;

/** An expression as it is used and, where that is known, as it is written. */
export interface PacedExpression {
  readonly used: string;
  readonly written?: string | undefined;
}

export const pacedRecording = ({ query, written }: Recording): PacedExpression => ({
  used: query,
  written: written?.query,
});

/**
 * How many samples the windows hold that functions such as `rate` read.
 *
 * @param factor what the pace divided the written durations by.
 */
export async function windows(
  prometheus: Pick<PrometheusReader, 'rangeTruth' | 'rawSamples'>,
  expressions: readonly PacedExpression[],
  factor: number,
  { injectedAt, fromMs, toMs, stepMs }: Span,
): Promise<WindowRead[]> {
  const found: WindowRead[] = [];
  for (const { range, written } of expressions.flatMap(inBoth)) {
    if (!needTwo.has(range.function) || found.some(({ text }) => text === range.text)) continue;
    const most = `max(count_over_time(${range.text}))`;
    const { series } = await prometheus.rangeTruth(most, injectedAt, toMs, stepMs);
    const samples = observedRange(series);
    if (!samples) continue;
    const counts = foremost(series, '>').map(([, count]) => count);
    const raw = await prometheus.rawSamples(range.selector, fromMs, toMs);
    const everyMs = typicalGap(raw);
    const born = bornSince(raw, injectedAt);
    found.push({
      function: range.function,
      text: range.text,
      ...(written ? { written: written.text } : {}),
      windowMs: range.windowMs,
      samples,
      enough: counts.filter((count) => count >= 2).length / counts.length,
      ...(everyMs === undefined ? {} : { everyMs, writtenEveryMs: Math.round(everyMs * factor) }),
      ...(born ? { born } : {}),
    });
  }
  return found;
}

/** The pace changes lengths and nothing else, so that the ranges of both stand in the same order. */
function inBoth({ used, written }: PacedExpression): { range: RangeRead; written: RangeRead | undefined }[] {
  const originals = written === undefined ? [] : rangesOf(written);
  return rangesOf(used).map((range, i) => {
    const original = originals[i];
    return { range, written: original?.selector === range.selector ? original : undefined };
  });
}

/** What functions over time cannot see: the first value of a series that was not there before. */
function bornSince(series: Raw, injectedAt: number): WindowRead['born'] {
  const each = series.map(({ samples }) => ({ first: samples[0], last: samples.at(-1) }));
  let [at, first, rise] = [Number.POSITIVE_INFINITY, 0, 0];
  for (const { first: begin, last: end } of each) {
    if (!begin || !end || begin[0] < injectedAt) return undefined;
    at = Math.min(at, begin[0]);
    first += begin[1];
    rise += end[1] - begin[1];
  }
  return each.length > 0 ? { at, first, rise } : undefined;
}

function typicalGap(series: Raw): number | undefined {
  const gaps = series.flatMap(({ samples }) =>
    samples.slice(1).map(([at], i) => at - (samples[i]?.[0] ?? at)),
  );
  return gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)];
}

/** What each `histogram_quantile` reads that has series of numbers, and none of them with `le`. */
export async function quantilesWithoutLe(
  prometheus: Pick<PrometheusReader, 'rangeTruth'>,
  expressions: readonly string[],
  { injectedAt, toMs, stepMs }: Span,
): Promise<NonNullable<AlertEvidence['quantiles']>> {
  const found: NonNullable<AlertEvidence['quantiles']> = [];
  const step = Math.max(stepMs, Math.ceil((toMs - injectedAt) / 100));
  for (const argument of new Set(expressions.flatMap(quantileArgumentsOf))) {
    const { series } = await prometheus.rangeTruth(argument, injectedAt, toMs, step);
    // Native histograms have neither `le` nor samples that are numbers.
    const numbers = series.filter(({ samples }) => samples.length > 0);
    if (numbers.length === 0 || numbers.some(({ labels }) => labels.le !== undefined)) continue;
    found.push({ argument, labels: labelSets(numbers) });
  }
  return found;
}
