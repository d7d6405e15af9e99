import { quantileArgumentsOf, type RangeRead, rangesOf } from '../../core/promql/ranges-of.ts';
import { needTwoSamples } from '../../core/promql/two-samples.ts';
import type { AlertEvidence, Recording, WindowRead } from '../../core/record.ts';
import type { EvidenceRequest } from './evidence-request.ts';
import type { PrometheusReader } from './prometheus.ts';
import { labelSets } from './series.ts';
import { closestToThreshold, observedRange } from './series-summary.ts';

type Span = Pick<EvidenceRequest, 'injectedAt' | 'fromMs' | 'toMs' | 'stepMs'>;
type Raw = Awaited<ReturnType<PrometheusReader['rawSamples']>>;

/** An expression as used and, if known, as written. */
export interface PacedExpression {
  readonly used: string;
  readonly written?: string | undefined;
}

export const pacedRecording = ({ query, written }: Recording): PacedExpression => ({
  used: query,
  written: written?.query,
});

/** What the windows and the buckets of expressions held. */
export async function windowsAndQuantiles(
  prometheus: Pick<PrometheusReader, 'queryRange' | 'rawSamples'>,
  expressions: readonly PacedExpression[],
  request: Span & Pick<EvidenceRequest, 'configured'>,
): Promise<Required<Pick<AlertEvidence, 'windows' | 'quantiles'>>> {
  return {
    windows: await windows(prometheus, expressions, request.configured?.factor ?? 1, request),
    quantiles: await quantileArguments(
      prometheus,
      expressions.map(({ used }) => used),
      request,
    ),
  };
}

/**
 * The number of samples in the windows of functions such as `rate`.
 *
 * @param factor factor by which the pace divided the written durations.
 */
export async function windows(
  prometheus: Pick<PrometheusReader, 'queryRange' | 'rawSamples'>,
  expressions: readonly PacedExpression[],
  factor: number,
  { injectedAt, fromMs, toMs, stepMs }: Span,
): Promise<WindowRead[]> {
  const found: WindowRead[] = [];
  for (const { range, written } of expressions.flatMap(inBoth)) {
    if (!needTwoSamples.has(range.function) || found.some(({ text }) => text === range.text)) continue;
    const maxCount = `max(count_over_time(${range.text}))`;
    const { series } = await prometheus.queryRange(maxCount, injectedAt, toMs, stepMs);
    const samples = observedRange(series);
    if (!samples) continue;
    const counts = closestToThreshold(series, '>').map(([, count]) => count);
    const raw = await prometheus.rawSamples(range.selector, fromMs, toMs);
    const everyMs = typicalGap(raw);
    const born = firstSamplesSince(raw, injectedAt);
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

/** The pace changes only durations, so the ranges of both expressions correspond in order. */
function inBoth({ used, written }: PacedExpression): { range: RangeRead; written: RangeRead | undefined }[] {
  const originals = written === undefined ? [] : rangesOf(written);
  return rangesOf(used).map((range, i) => {
    const original = originals[i];
    return { range, written: original?.selector === range.selector ? original : undefined };
  });
}

/** The first values of series that began after the fault, which functions such as `rate` do not count. */
function firstSamplesSince(series: Raw, injectedAt: number): WindowRead['born'] {
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

/**
 * Arguments of `histogram_quantile` that have series with numeric samples: those without `le`, which gives no value, and
 * those with their highest finite bucket, which no quantile exceeds.
 */
export async function quantileArguments(
  prometheus: Pick<PrometheusReader, 'queryRange'>,
  expressions: readonly string[],
  { injectedAt, toMs, stepMs }: Span,
): Promise<NonNullable<AlertEvidence['quantiles']>> {
  const found: NonNullable<AlertEvidence['quantiles']> = [];
  const step = Math.max(stepMs, Math.ceil((toMs - injectedAt) / 100));
  for (const argument of new Set(expressions.flatMap(quantileArgumentsOf))) {
    const { series } = await prometheus.queryRange(argument, injectedAt, toMs, step);
    // Native histograms have neither `le` nor numeric samples.
    const numbers = series.filter(({ samples }) => samples.length > 0);
    if (numbers.length === 0) continue;
    const bounds = numbers.flatMap(({ labels: { le } }) => (le === undefined ? [] : [Number(le)]));
    const highest = Math.max(...bounds.filter(Number.isFinite));
    if (bounds.length === 0) found.push({ argument, labels: labelSets(numbers) });
    else if (Number.isFinite(highest)) found.push({ argument, labels: [], highest });
  }
  return found;
}
