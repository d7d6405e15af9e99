import { isDeepStrictEqual } from 'node:util';
import { judge } from '../../assertions/judge.ts';
import type { Files } from '../../configuration/files/files.ts';
import { alertingRules, rulesFor } from '../../configuration/rules/choose-rule.ts';
import type { WrittenRule } from '../../configuration/rules/rule.ts';
import { formatDuration, humanDuration, parseDuration } from '../../core/duration.ts';
import { alertsWithEvidence, expectedPages, outlastsDrill } from '../../core/expected-alerts.ts';
import { paced } from '../../core/pace.ts';
import { selectorsOf } from '../../core/promql/selectors-of.ts';
import type { Scenario } from '../../core/scenario.ts';
import { joinedBefore, type Notified } from '../floors/joined-group.ts';
import type { RunningDrill } from '../running-drill.ts';
import type { NextDrill } from './handover.ts';
import type { EndedDrill, ReadyStack } from './ready-stack.ts';
import { type RulesByExpectation, rulesUnaffectedFrom } from './rules-unaffected.ts';
import type { NewStackReason, StackLifecycle } from './stack-lifecycle.ts';

/** About the time that a new stack takes to start. */
const stackStartMs = 15_000;

/** Either the drill that ended on the stack, which the next drill reuses, or why the next drill needs a new stack. */
export type ReuseDecision = { readonly ended: EndedDrill } | { readonly newStackReason: NewStackReason };

/**
 * Decides, once the evidence is collected, whether the next drill may reuse the stack: it may when everything that the
 * fault changed is shown to be undone.
 */
export async function decideReuse(
  next: NextDrill,
  drill: RunningDrill,
  { ended: endedBefore }: Pick<StackLifecycle, 'ended'>,
): Promise<ReuseDecision> {
  const { options, stack, recorder } = drill;
  const { record } = recorder;
  const { injectedAt, revertedAt, lastHitAt = 0 } = record.faultWindow ?? {};
  if (injectedAt === undefined || revertedAt === undefined || judge(record).outcome !== 'pass')
    return { newStackReason: { kind: 'not held' } };
  // The manager goes on sending a message that was refused.
  if (record.scenario.refusing) return { newStackReason: { kind: 'messages refused' } };
  const { notifierErrors = [], failedNotifications = [] } = record.evidence ?? {};
  if (notifierErrors.length + failedNotifications.length > 0)
    return { newStackReason: { kind: 'notifications failed' } };
  const lasting = expectedPages(record.scenario.expectations).find(outlastsDrill);
  if (lasting) return { newStackReason: { kind: 'alert lasts', detail: lasting.alert } };
  const { scenario } = next;
  const otherHistory = differenceOfHistory(record.scenario, scenario);
  if (otherHistory !== undefined) return { newStackReason: { kind: 'other history', detail: otherHistory } };
  const firstInjectedAt = endedBefore[0]?.injectedAt ?? injectedAt;
  const rules = rulesByExpectation(stack, scenario);
  const made = await selectorOfNewSeries(drill, rules.expected, stack.readyAt, firstInjectedAt);
  if (made !== undefined) return { newStackReason: { kind: 'series made', detail: made } };
  const notified = (record.notifications ?? []).flatMap(({ manager, alerts }) =>
    alerts.map(({ labels }) => ({ manager, labels })),
  );
  const kept = joinableAlert(stack.files, rules, scenario, [
    ...endedBefore.flatMap((one) => one.notified),
    ...notified,
  ]);
  if (kept) return { newStackReason: { kind: 'group kept', detail: kept.labels.alertname ?? '' } };
  const healthyFrom = Math.max(revertedAt, lastHitAt);
  const ended = {
    id: record.id,
    scenario: record.scenario,
    injectedAt,
    healthyFrom,
    notified,
    ...(record.history ? { history: record.history } : {}),
    rulesUnaffectedFrom: await rulesUnaffectedFrom(drill, rules, { firstInjectedAt, healthyFrom }),
  };
  const waitMs = ended.rulesUnaffectedFrom - Date.now();
  return waitMs > stackStartMs + paced(scenario.load.warmUp, options.pace)
    ? { newStackReason: { kind: 'long window', detail: humanDuration(waitMs) } }
    : { ended };
}

/** Returns an alert of an earlier drill whose notification group an expected alert of the next drill may join. */
const joinableAlert = (
  files: Files,
  { expected }: RulesByExpectation,
  { expectations }: Scenario,
  before: readonly Notified[],
): Notified | undefined =>
  expectedPages(expectations).flatMap((expectation) =>
    rulesFor(expected, expectation).flatMap((rule) => joinedBefore(files, rule, expectation, before) ?? []),
  )[0];

function rulesByExpectation(
  { files }: Pick<ReadyStack, 'files'>,
  { expectations }: Scenario,
): RulesByExpectation {
  const names = new Set(alertsWithEvidence(expectations).map(({ alert }) => alert));
  const isExpected = ({ labels }: WrittenRule) => names.has(labels.alertname ?? '');
  const rules = alertingRules(files);
  return { expected: rules.filter(isExpected), others: rules.filter((rule) => !isExpected(rule)) };
}

/**
 * Returns a selector of an expected alert's rule that reads series which did not exist before the first fault on the stack.
 * On a new stack these series would begin with the fault, and the drill would show that a rule misses their first samples.
 */
async function selectorOfNewSeries(
  { prometheus }: Pick<RunningDrill, 'prometheus'>,
  rules: RulesByExpectation['expected'],
  fromMs: number,
  firstFaultAt: number,
): Promise<string | undefined> {
  const selectors = new Set(rules.flatMap(({ expr }) => selectorsOf(expr).map(({ text }) => text)));
  const toMs = Date.now();
  for (const text of selectors) {
    const before = await prometheus.seriesOf(text, fromMs, firstFaultAt);
    const now = await prometheus.seriesOf(text, fromMs, toMs);
    if (now.count > before.count) return text;
  }
  return undefined;
}

/**
 * Compares the history that a stack was given with what the next scenario asks for. With less than it asks for, alerts
 * would come too early; with more, later than its targets allow.
 *
 * @returns `undefined` if both are as long.
 */
export function differenceOfHistory(given: Scenario, asked: Scenario): string | undefined {
  const textOf = ({ load: { history = '0', pastFailures } }: Scenario) => {
    const ms = parseDuration(history) ?? 0;
    const failing = pastFailures ? ` with ${100 * pastFailures.share} % of ${pastFailures.of} failing` : '';
    return ms === 0 ? 'none' : `${formatDuration(ms)}${failing}`;
  };
  return textOf(given) === textOf(asked)
    ? undefined
    : `${textOf(given)}, and this scenario asks for ${textOf(asked)}`;
}

/** Whether two scenarios have the same load, so that the healthy traffic of one is history for the other. */
export const isSameLoad = ({ load: a }: Scenario, { load: b }: Scenario): boolean =>
  a.script === b.script && isDeepStrictEqual(a.rates, b.rates);
