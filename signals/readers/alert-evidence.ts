import type { AlertEvidence, AlertmanagerAlert, Hop } from '../../core/record.ts';
import { type AlertStates, alertStates } from './alert-states.ts';
import { bornWithFault } from './born.ts';
import { alertHops } from './hops.ts';
import { byLikeness } from './nearest.ts';
import type { LoadedRule, PrometheusReader } from './prometheus.ts';
import { compared, selectors, sides } from './promql-evidence.ts';
import type { Labels } from './series.ts';
import { trueStretches } from './truth.ts';
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
  /** When what shows the fault was stored; absent: another knows it. */
  readonly stored?: Hop;
}

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
  const comparison = rule && (await compared(prometheus, rule.query, request));
  return {
    alert,
    manager: 'prometheus',
    ...(rule ? { rule: { ...ruleEvidence(rule), lastError: rule.lastError || (truth.error ?? '') } } : {}),
    rulesNearby: byLikeness(
      alert,
      rules.map(({ name }) => name),
    ),
    selectors: rule ? await selectors(prometheus, rule.query, request) : [],
    ...(comparison ? { comparison } : {}),
    sides: rule ? await sides(prometheus, rule.query, request) : [],
    born: rule ? await bornWithFault(prometheus, rule.query, request) : [],
    trueStretches: stretches,
    pending: [...states.pending],
    firing: [...states.firing],
    alertmanager: own.map(asRecorded),
    hops: alertHops({ ...request, stretches, states, held: own }),
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
