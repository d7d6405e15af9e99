import { absencesOf } from '../../core/promql/absence.ts';
import { selectorsOf, type VectorSelector } from '../../core/promql/selectors-of.ts';
import { sidesOf } from '../../core/promql/sides-of.ts';
import type { AlertEvidence, Selector } from '../../core/record.ts';
import type { EvidenceRequest } from './evidence-request.ts';
import { nearestNames, nearestValues } from './nearest.ts';
import type { PrometheusReader } from './prometheus.ts';
import { labelSets, selectorFor, without } from './series.ts';
import { foremost, observedRange, thin } from './series-summary.ts';

/* What Prometheus says of the parts of an expression. */

export const mostSamples = 600;

/** Every selector of an expression, with what answers to it. */
export async function selectors(
  prometheus: PrometheusReader,
  query: string,
  { fromMs, toMs }: Pick<EvidenceRequest, 'fromMs' | 'toMs'>,
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
      ...(count === 0 && byName.count > 0
        ? { unmet: await unmetBy(prometheus, selector, fromMs, toMs) }
        : {}),
    };
  };
  const found: Selector[] = [];
  for (const selector of each.values()) found.push(await one(selector));
  return found;
}

/** The matchers that no series of the metric satisfies by itself, with the values that there are. */
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
export type Compared = Pick<NonNullable<AlertEvidence['comparison']>, 'left' | 'operator' | 'threshold'>;

/** A comparison, and what its left side was since the injection. */
export async function compared(
  prometheus: PrometheusReader,
  comparison: Compared | undefined,
  { injectedAt, toMs, stepMs }: EvidenceRequest,
): Promise<AlertEvidence['comparison']> {
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
