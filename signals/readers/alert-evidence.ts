import { outerComparison } from '../../core/promql/outer-comparison.ts';
import { selectorsOf, type VectorSelector } from '../../core/promql/selectors-of.ts';
import { sidesOf } from '../../core/promql/sides-of.ts';
import type { AlertEvidence, AlertmanagerAlert, Selector } from '../../core/record.ts';
import { type AlertStates, alertStates } from './alert-states.ts';
import { promHops } from './hops.ts';
import { byLikeness, nearestNames } from './nearest.ts';
import type { LoadedRule, PrometheusReader } from './prometheus.ts';
import { type Labels, labelsKey, type Series, selectorFor, without } from './series.ts';
import { foremost, observedRange, thin, trueStretches } from './truth.ts';
import type { WatchedAlert } from './watch-alerts.ts';

/** What to collect; times in epoch milliseconds. */
export interface EvidenceRequest {
  readonly alert: string;
  /** Labels that the page must show: of several rules with this name, the one that sets most of them. */
  readonly labels: Labels;
  readonly injectedAt: number;
  readonly revertedAt?: number;
  /** Some scrapes before the injection, so that what was before can be told from what came after. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Step at which expressions are evaluated, in milliseconds: 100 at fast pace, at most 1,000 at real pace. */
  readonly stepMs: number;
  /** PromQL selector of the counter that the fault drives, where it drives one. */
  readonly counter?: string;
}

const mostSamples = 600;
const mostLabelSets = 20;
const noStates: AlertStates = { pending: [], firing: [], activations: [], ends: [] };

/**
 * Collects what Prometheus and Alertmanager know of one alert. The route, and the hops that others know, are
 * left to the caller.
 *
 * @param held what the watch of Alertmanager has seen.
 * @throws FiredrillError `broken` when Prometheus does not answer.
 */
export async function collectAlertEvidence(
  prometheus: PrometheusReader,
  held: readonly WatchedAlert[],
  request: EvidenceRequest,
): Promise<AlertEvidence> {
  const { alert, fromMs, toMs, stepMs } = request;
  const rules = await prometheus.rules();
  const rule = chooseRule(rules, alert, request.labels);
  const own = held.filter(({ labels, goneAt = toMs }) => labels.alertname === alert && goneAt >= fromMs);
  const truth = rule ? await prometheus.rangeTruth(rule.query, fromMs, toMs, stepMs) : { series: [] };
  const stretches = trueStretches(truth.series, stepMs);
  const states = rule ? await alertStates(prometheus, alert, fromMs, toMs, rule.intervalMs) : noStates;
  const { counter: selector, ...window } = request;
  const counter = selector && { counter: await prometheus.rawSamples(selector, fromMs, toMs) };
  const comparison = rule && (await compared(prometheus, rule.query, request));
  return {
    alert,
    ...(rule ? { rule: { ...ruleEvidence(rule), lastError: rule.lastError || (truth.error ?? '') } } : {}),
    rulesNearby: byLikeness(
      alert,
      rules.map(({ name }) => name),
    ),
    selectors: rule ? await selectors(prometheus, rule.query, request) : [],
    ...(comparison ? { comparison } : {}),
    sides: rule ? await sides(prometheus, rule.query, request) : [],
    trueStretches: stretches,
    pending: [...states.pending],
    firing: [...states.firing],
    alertmanager: own.map(asRecorded),
    hops: promHops({ ...window, ...(counter || {}), stretches, states, held: own }),
  };
}

/** The rule of that name; of several, the one that sets most of the labels a page must show. */
export function chooseRule(
  rules: readonly LoadedRule[],
  alert: string,
  labels: Labels,
): LoadedRule | undefined {
  const fits = (rule: LoadedRule) =>
    Object.entries(labels).filter(([name, value]) => rule.labels[name] === value).length;
  return rules.filter(({ name }) => name === alert).sort((a, b) => fits(b) - fits(a))[0];
}

const ruleEvidence = ({ durationMs, name: _, state: __, ...rule }: LoadedRule) => ({
  ...rule,
  forMs: durationMs,
});

const asRecorded = ({ goneAt: _, ...alert }: WatchedAlert): AlertmanagerAlert => alert;

async function selectors(
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

async function compared(
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

async function sides(
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
