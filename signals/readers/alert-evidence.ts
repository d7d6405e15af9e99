import { hasLabels, type Labels, labelsKey, without } from '../../core/labels.ts';
import { outerComparison } from '../../core/promql/outer-comparison.ts';
import type { AlertEvidence, ConditionEvidence } from '../../core/record.ts';
import { namesNearby } from '../../core/similar-names.ts';
import { type AlertStates, alertStates } from './alert-states.ts';
import { conditions } from './conditions-evidence.ts';
import type { EvidenceRequest, RuleConfiguration } from './evidence-request.ts';
import { alertHops } from './hops.ts';
import type { AlertingRule, PrometheusReader } from './prometheus.ts';
import { compared, type NumberComparison, selectors, sides } from './promql-evidence.ts';
import { recordingsBehind } from './recordings-evidence.ts';
import { chooseRule, isTied, owns } from './rule-identity.ts';
import type { Series } from './series.ts';
import { trueStretches } from './series-summary.ts';
import { asRecorded, type WatchedAlert } from './watch-alerts.ts';
import { pacedRecording, windowsAndQuantiles } from './windows-evidence.ts';

/**
 * Collects the evidence of Prometheus and Alertmanager about one alert. The caller adds the route and the hops from
 * other sources.
 *
 * @param held alerts that the watch of Alertmanager has seen.
 * @throws FiredrillError `broken` if Prometheus does not respond.
 */
export async function collectAlertEvidence(
  prometheus: PrometheusReader,
  held: readonly WatchedAlert[],
  request: EvidenceRequest,
): Promise<AlertEvidence> {
  const { alert, toMs, fromMs } = request;
  const rules = await prometheus.rules();
  const rule = chooseRule(rules, alert, request.labels);
  const rulesNearby = namesNearby(
    alert,
    rules.map(({ name }) => name),
  );
  const lately = held.filter(({ goneAt = toMs }) => goneAt >= fromMs);
  if (rule) return { ...(await ofRule(prometheus, lately, request, rule, rules)), rulesNearby };
  const own = lately.filter(({ labels }) => labels.alertname === alert);
  const none = { stretches: [], states: { pending: [], firing: [], activations: [], ends: [] } };
  return {
    alert,
    manager: 'prometheus',
    rulesNearby,
    selectors: [],
    sides: [],
    trueStretches: [],
    pending: [],
    firing: [],
    alertmanager: own.map(asRecorded),
    hops: alertHops({ ...request, ...none, held: own }),
  };
}

async function ofRule(
  prometheus: PrometheusReader,
  lately: readonly WatchedAlert[],
  request: EvidenceRequest,
  rule: AlertingRule,
  rules: readonly AlertingRule[],
): Promise<Omit<AlertEvidence, 'rulesNearby'>> {
  const { alert, fromMs, toMs, stepMs, configured } = request;
  const { query } = rule;
  const result = await prometheus.queryRange(query, fromMs, toMs, stepMs);
  const stretches = trueStretches(result.series, stepMs);
  const span = { alertname: alert, fromMs, toMs, intervalMs: rule.intervalMs };
  const states = await alertStates(prometheus, span, ownerOf(rule, rules, result.series));
  const own = lately.filter(heldOf(rule, rules, states, configured));
  const recordings = await recordingsBehind(prometheus, query, request);
  const found = await conditions(prometheus, query, request);
  const comparison = await compared(prometheus, decisive(found) ?? outerComparison(query), request);
  const written = configured?.written(rule);
  const expressions = [{ used: query, written: written?.query }, ...recordings.map(pacedRecording)];
  return {
    alert,
    manager: 'prometheus',
    rule: {
      ...ruleEvidence(rule),
      lastError: rule.lastError || (result.error ?? ''),
      namesakes: rules.filter((other) => other.name === rule.name).length - 1,
      ...(written ? { written } : {}),
    },
    selectors: await selectors(prometheus, query, request),
    ...(comparison ? { comparison } : {}),
    sides: await sides(prometheus, query, request),
    conditions: found,
    recordings,
    ...(await windowsAndQuantiles(prometheus, expressions, request)),
    trueStretches: stretches,
    pending: [...states.pending],
    firing: [...states.firing],
    alertmanager: own.map(asRecorded),
    hops: alertHops({ ...request, stretches, states, held: own }),
  };
}

/** The comparison that kept the rule false: the first that never held. */
function decisive(found: readonly ConditionEvidence[]): NumberComparison | undefined {
  const [root] = found;
  if (!root || root.held.length > 0) return undefined;
  for (const { left, operator, threshold, held } of found) {
    if (held.length > 0 || left === undefined || operator === undefined || threshold === undefined) continue;
    return { left, operator, threshold };
  }
  return undefined;
}

/** Selects the stored states of the rule, also if another rule of its name sets the same labels. */
function ownerOf(rule: AlertingRule, rules: readonly AlertingRule[], result: readonly Series[]) {
  const named = ['__name__', 'alertname', 'alertstate', ...Object.keys(rule.labels)];
  const results = new Set(result.map(({ labels }) => labelsKey(without(labels, ...named))));
  return (labels: Labels) =>
    owns(rule, rules, labels) && (!isTied(rule, rules) || results.has(labelsKey(without(labels, ...named))));
}

/** Selects the rule's alerts in Alertmanager, by their labels after relabelling. */
function heldOf(
  rule: AlertingRule,
  rules: readonly AlertingRule[],
  { pending, firing }: AlertStates,
  configured: RuleConfiguration | undefined,
) {
  const active = [...firing, ...pending].map(({ labels }) => labels);
  const sent = active.flatMap((labels) => {
    const known = configured?.sent(labels) ?? { labels };
    return 'labels' in known ? [known.labels] : [];
  });
  return ({ labels }: WatchedAlert) =>
    active.length > 0
      ? sent.some((one) => hasLabels(labels, one))
      : labels.alertname === rule.name && owns(rule, rules, labels) && !isTied(rule, rules);
}

const ruleEvidence = ({ durationMs, name: _, state: __, ...rule }: AlertingRule) => ({
  ...rule,
  forMs: durationMs,
});
