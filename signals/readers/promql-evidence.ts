import { outerComparison } from '../../core/promql/outer-comparison.ts';
import { selectorsOf, type VectorSelector } from '../../core/promql/selectors-of.ts';
import { sidesOf } from '../../core/promql/sides-of.ts';
import type { AlertEvidence, Selector } from '../../core/record.ts';
import type { EvidenceRequest } from './alert-evidence.ts';
import { nearestNames } from './nearest.ts';
import type { PrometheusReader } from './prometheus.ts';
import { labelsKey, type Series, selectorFor, without } from './series.ts';
import { foremost, observedRange, thin } from './truth.ts';

/* What Prometheus says of the parts of an expression. */

export const mostSamples = 600;
const mostLabelSets = 20;

/** Every selector of an expression, with what answers to it. */
export async function selectors(
  prometheus: PrometheusReader,
  query: string,
  { fromMs, toMs }: EvidenceRequest,
): Promise<Selector[]> {
  const each = new Map(selectorsOf(query).map((selector) => [selector.text, selector]));
  const names = await prometheus.metricNames(fromMs, toMs);
  const one = async ({ text, metric }: VectorSelector): Promise<Selector> => {
    const { count } = await prometheus.seriesOf(text, fromMs, toMs);
    const byName = metric
      ? await prometheus.seriesOf(selectorFor({ __name__: metric }), fromMs, toMs)
      : { count: 0, labels: [] };
    const nearest =
      metric && byName.count === 0
        ? nearestNames(
            metric,
            names.filter((n) => n !== metric),
          )
        : [];
    return {
      text,
      metric,
      series: count,
      nearest,
      labelsFound: byName.labels.map((l) => without(l, '__name__')),
    };
  };
  const found: Selector[] = [];
  for (const selector of each.values()) found.push(await one(selector));
  return found;
}

/** The outermost comparison with a number, and what its left side was since the injection. */
export async function compared(
  prometheus: PrometheusReader,
  query: string,
  { injectedAt, toMs, stepMs }: EvidenceRequest,
): Promise<AlertEvidence['comparison']> {
  const comparison = outerComparison(query);
  // The record is JSON, which has no infinity; nothing is told by a comparison with it anyway.
  if (!comparison || !Number.isFinite(comparison.threshold)) return undefined;
  const { series } = await prometheus.rangeTruth(comparison.left, injectedAt, toMs, stepMs);
  const observed = observedRange(series);
  return {
    ...comparison,
    ...(observed ? { observed } : {}),
    samples: thin(foremost(series, comparison.operator), mostSamples),
  };
}

/** Both sides of the outermost operation between vectors, with the labels that they have. */
export async function sides(
  prometheus: PrometheusReader,
  query: string,
  { injectedAt, toMs, stepMs }: EvidenceRequest,
): Promise<AlertEvidence['sides']> {
  const both = sidesOf(query);
  if (!both) return [];
  // Label sets change slowly: a hundred looks find them.
  const step = Math.max(stepMs, Math.ceil((toMs - injectedAt) / 100));
  const side = async (text: string) => {
    const { series } = await prometheus.rangeTruth(text, injectedAt, toMs, step);
    return { text, labels: labelSets(series) };
  };
  return [await side(both.left), await side(both.right)];
}

/** What vector matching looks at: every label but the metric's name. */
function labelSets(series: readonly Series[]): Record<string, string>[] {
  const each = new Map(series.map(({ labels }) => without(labels, '__name__')).map((l) => [labelsKey(l), l]));
  return [...each.values()].slice(0, mostLabelSets);
}
