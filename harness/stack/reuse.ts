import { isDeepStrictEqual } from 'node:util';
import { judge } from '../../assertions/judge.ts';
import type { Files } from '../../configuration/files/files.ts';
import { alertingRules, rulesFor } from '../../configuration/rules/choose-rule.ts';
import type { WrittenRule } from '../../configuration/rules/rule.ts';
import { humanDuration } from '../../core/duration.ts';
import { paced } from '../../core/pace.ts';
import { selectorsOf } from '../../core/promql/selectors-of.ts';
import type { Scenario } from '../../core/scenario.ts';
import { joinedBefore, type Notified } from '../floors/joined-group.ts';
import type { RunningDrill } from '../running-drill.ts';
import { forgottenAt, type SortedRules } from './forgotten.ts';
import type { NextDrill } from './handover.ts';
import type { OpenStack, WhyNew } from './open-stack.ts';
import type { EndedDrill, ServedStack } from './served-stack.ts';

/** A new stack starts within about this. */
const startMs = 15_000;

/** Whether the next drill may have the stack of this one, which has just collected its evidence. */
export type Reuse = { readonly ended: EndedDrill } | { readonly whyNew: WhyNew };

/** The next drill may have the stack when what the fault of this one changed is undone, and seen to be. */
export async function reuseFor(
  next: NextDrill,
  drill: RunningDrill,
  { ended: endedBefore }: Pick<OpenStack, 'ended'>,
): Promise<Reuse> {
  const { options, stack, recorder } = drill;
  const { record } = recorder;
  const { injectedAt, revertedAt, lastHitAt = 0 } = record.faultWindow ?? {};
  if (injectedAt === undefined || revertedAt === undefined || judge(record).outcome !== 'pass')
    return { whyNew: { kind: 'not held' } };
  // What was refused is sent again, for as long as its manager likes.
  if (record.scenario.refusing) return { whyNew: { kind: 'messages refused' } };
  const { notifierErrors = [], failedNotifications = [] } = record.evidence ?? {};
  if (notifierErrors.length + failedNotifications.length > 0)
    return { whyNew: { kind: 'notifications failed' } };
  const { scenario } = next;
  const firstInjectedAt = endedBefore[0]?.injectedAt ?? injectedAt;
  const rules = sortedRules(stack, scenario);
  const made = await seriesMade(drill, rules.expected, stack.since, firstInjectedAt);
  if (made !== undefined) return { whyNew: { kind: 'series made', detail: made } };
  const notified = (record.notifications ?? []).flatMap(({ manager, alerts }) =>
    alerts.map(({ labels }) => ({ manager, labels })),
  );
  const kept = groupKept(stack.files, rules, scenario, [
    ...endedBefore.flatMap((one) => one.notified),
    ...notified,
  ]);
  if (kept) return { whyNew: { kind: 'group kept', detail: kept.labels.alertname ?? '' } };
  const healthyFrom = Math.max(revertedAt, lastHitAt);
  const ended = {
    id: record.id,
    scenario: record.scenario,
    injectedAt,
    healthyFrom,
    notified,
    forgottenAt: await forgottenAt(drill, rules, { firstInjectedAt, healthyFrom }),
  };
  const waitMs = ended.forgottenAt - Date.now();
  return waitMs > startMs + paced(scenario.load.warmUp, options.pace)
    ? { whyNew: { kind: 'long window', detail: humanDuration(waitMs) } }
    : { ended };
}

/** An alert of the drills before whose group an alert of the next one may join. */
const groupKept = (
  files: Files,
  { expected }: SortedRules,
  { expectations }: Scenario,
  before: readonly Notified[],
): Notified | undefined =>
  expectations
    .filter(({ kind }) => kind === 'page')
    .flatMap((expectation) =>
      rulesFor(expected, expectation).flatMap((rule) => joinedBefore(files, rule, expectation, before) ?? []),
    )[0];

function sortedRules({ files }: Pick<ServedStack, 'files'>, { expectations }: Scenario): SortedRules {
  const names = new Set(expectations.map(({ alert }) => alert));
  const isExpected = ({ labels }: WrittenRule) => names.has(labels.alertname ?? '');
  const rules = alertingRules(files);
  return { expected: rules.filter(isExpected), others: rules.filter((rule) => !isExpected(rule)) };
}

/**
 * A selector in a rule of an expected alert that reads series which did not exist before the first fault on the stack.
 * On a new stack they would begin with the fault, and a rule that misses their first samples would show it.
 */
async function seriesMade(
  { prometheus }: Pick<RunningDrill, 'prometheus'>,
  rules: SortedRules['expected'],
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

/** Whether the load of the drill before was this one's too, so that its healthy part is a history for it. */
export const isSameLoad = ({ load: a }: Scenario, { load: b }: Scenario): boolean =>
  a.script === b.script && isDeepStrictEqual(a.rates, b.rates);
