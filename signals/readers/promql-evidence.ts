import { without } from '../../core/labels.ts';
import { absencesOf } from '../../core/promql/absence.ts';
import { selectorsOf, type VectorSelector } from '../../core/promql/selectors-of.ts';
import { sidesOf } from '../../core/promql/sides-of.ts';
import type { AlertEvidence, Selector } from '../../core/record.ts';
import { nearestNames, nearestValues } from '../../core/similar-names.ts';
import type { EvidenceRequest } from './evidence-request.ts';
import type { PrometheusReader } from './prometheus.ts';
import { labelSets, selectorFor } from './series.ts';
import { closestToThreshold, downsample, observedRange } from './series-summary.ts';

/*
 * Evidence from Prometheus about the parts of an expression.
 */

export const maxSamples = 600;

/** Every selector of an expression, with the series that match it. */
export async function selectors(
  prometheus: PrometheusReader,
  query: string,
  { fromMs, toMs, configured }: Pick<EvidenceRequest, 'fromMs' | 'toMs' | 'configured'>,
): Promise<Selector[]> {
  const each = new Map(selectorsOf(query).map((selector) => [selector.text, selector]));
  const absences = absencesOf(query);
  const names = await prometheus.metricNames(fromMs, toMs);
  const one = async (selector: VectorSelector): Promise<Selector> => {
    const { text, metric } = selector;
    const { count } = await prometheus.seriesOf(text, fromMs, toMs);
    const byName = metric
      ? await prometheus.seriesOf(selectorFor({ __name__: metric }), fromMs, toMs)
      : { count: 0, labels: [] };
    const isMissing = metric !== '' && byName.count === 0;
    const absence = absences.get(text);
    const droppedBy = isMissing ? configured?.dropsMetric(metric) : undefined;
    return {
      text,
      metric,
      series: count,
      nearest: isMissing
        ? nearestNames(
            metric,
            names.filter((name) => name !== metric),
          )
        : [],
      labelsFound: byName.labels.map((l) => without(l, '__name__')),
      ...(absence ? { absence } : {}),
      ...(droppedBy ? { droppedBy } : {}),
      ...(count === 0 && byName.count > 0
        ? { unmet: await unmetBy(prometheus, selector, fromMs, toMs) }
        : {}),
    };
  };
  const found: Selector[] = [];
  for (const selector of each.values()) found.push(await one(selector));
  return found;
}

/** The matchers that no series of the metric satisfies individually, with the existing values. */
async function unmetBy(
  prometheus: PrometheusReader,
  { metric, matchers }: VectorSelector,
  fromMs: number,
  toMs: number,
): Promise<NonNullable<Selector['unmet']>> {
  const unmet: NonNullable<Selector['unmet']> = [];
  for (const { label, operator, value } of matchers) {
    const name = /^[a-z_]\w*$/i.test(label) ? label : JSON.stringify(label);
    const matcher = `${name}${operator}${JSON.stringify(value)}`;
    const own = `{__name__=${JSON.stringify(metric)},${matcher}}`;
    if ((await prometheus.seriesOf(own, fromMs, toMs)).count > 0) continue;
    const all = await prometheus.labelValues(label, selectorFor({ __name__: metric }), fromMs, toMs);
    const values = nearestValues(
      value,
      all.filter((other) => other !== ''),
    );
    unmet.push({ matcher, label, values });
  }
  return unmet;
}

/** A comparison with a number. */
export type NumberComparison = Pick<
  NonNullable<AlertEvidence['comparison']>,
  'left' | 'operator' | 'threshold'
>;

/** A comparison and the values of its left side since the injection. */
export async function compared(
  prometheus: PrometheusReader,
  comparison: NumberComparison | undefined,
  { injectedAt, toMs, stepMs }: EvidenceRequest,
): Promise<AlertEvidence['comparison']> {
  // JSON has no infinity, and a comparison with it gives no information.
  if (!comparison || !Number.isFinite(comparison.threshold)) return undefined;
  const { series } = await prometheus.queryRange(comparison.left, injectedAt, toMs, stepMs);
  const observed = observedRange(series);
  return {
    ...comparison,
    ...(observed ? { observed } : {}),
    samples: downsample(closestToThreshold(series, comparison.operator), maxSamples),
  };
}

/** Both sides of the outermost operation between vectors, with their label sets. */
export async function sides(
  prometheus: PrometheusReader,
  query: string,
  { injectedAt, toMs, stepMs }: EvidenceRequest,
): Promise<AlertEvidence['sides']> {
  const both = sidesOf(query);
  if (!both) return [];
  // Label sets change slowly: a hundred steps are enough to find them.
  const step = Math.max(stepMs, Math.ceil((toMs - injectedAt) / 100));
  const side = async (text: string) => {
    const { series } = await prometheus.queryRange(text, injectedAt, toMs, step);
    return { text, labels: labelSets(series) };
  };
  return [await side(both.left), await side(both.right)];
}
