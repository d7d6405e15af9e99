import { type AlertExpectation, evidenceOf } from '../core/expected-alerts.ts';
import { firingHops } from '../core/hops.ts';
import { labelsText } from '../core/labels.ts';
import { paced } from '../core/pace.ts';
import type { AlertEvidence, Autopsy, Unjudged } from '../core/record.ts';
import * as beforeRule from './causes/before-the-rule.ts';
import { type Case, type Cause, caseOf, firedSince } from './causes/case.ts';
import * as conditions from './causes/conditions.ts';
import * as delivery from './causes/delivery.ts';
import { joinedLate } from './causes/group-interval.ts';
import * as inhibition from './causes/inhibition.ts';
import { labelsChange } from './causes/label-churn.ts';
import { lostValue } from './causes/lost-value.ts';
import * as messages from './causes/notifier-messages.ts';
import { arrivedLate, joinedIncident, labelsDiffer } from './causes/page-arrived.ts';
import * as notifying from './causes/prometheus-notifying.ts';
import * as reconfigured from './causes/reconfigured.ts';
import * as rule from './causes/rule.ts';
import * as series from './causes/series.ts';
import { silencedLate } from './causes/silence.ts';
import { targetOf } from './targets.ts';

const arrived: readonly Cause[] = [labelsDiffer, silencedLate, joinedLate, arrivedLate];

/** Causes in the order of the hops: the first hop that failed is the one to fix. */
const neverTrue: readonly Cause[] = [
  beforeRule.noSuchRule,
  beforeRule.rulePaused,
  beforeRule.ruleFailed,
  beforeRule.noLineOfFile,
  beforeRule.notExported,
  beforeRule.noSuchLogs,
  series.noSuchSeries,
  series.noBuckets,
  series.windowTooShort,
  conditions.sidesDoNotMatch,
  conditions.excluded,
  conditions.neverTogether,
  series.firstValueNotCounted,
  conditions.nothingToCompareWith,
  lostValue,
  conditions.neverCrossed,
  conditions.noValue,
];
const neverFired: readonly Cause[] = [
  beforeRule.rulePaused,
  beforeRule.ruleFailed,
  rule.dataSourceDiffers,
  series.windowOftenTooShort,
  rule.betweenEvaluations,
  labelsChange,
  rule.forNeverSatisfied,
  rule.firingBefore,
];
const neverPaged: readonly Cause[] = [
  joinedIncident,
  notifying.noAlertmanager,
  notifying.droppedByRelabelling,
  delivery.notSent,
  delivery.inhibited,
  delivery.silenced,
  delivery.muted,
  reconfigured.receiverGone,
  delivery.contactPointMissing,
  delivery.noNotifier,
  delivery.routedElsewhere,
  reconfigured.copyGone,
  messages.templateFailed,
  delivery.refused,
  delivery.hostNotEmulated,
  delivery.notDelivered,
  messages.waiting,
  messages.nothingShown,
  messages.nothingSent,
];

/** Why an alert that should have been inhibited was sent. */
const notInhibited: readonly Cause[] = [
  inhibition.otherManager,
  inhibition.sourceDidNotFire,
  inhibition.sourceNotAtNotifier,
  inhibition.noRuleApplies,
  inhibition.sourceNotThere,
];
/** What is wrong although the alert was inhibited by the right alert, and no page came. */
const inhibitedInVain: readonly Cause[] = [
  delivery.silenced,
  delivery.muted,
  delivery.noNotifier,
  inhibition.sourceInhibited,
  inhibition.sourceEndedFirst,
  inhibition.equalsWhatBothLack,
];

/**
 * Names the first hop at which an expected alert was lost or delayed, with the evidence.
 *
 * @returns `undefined` when the page counts and is in time (for `pending-only`: when the alert was pending; for
 * `suppressed`: when it was inhibited as expected), or when nothing was collected about the alert.
 */
export function autopsy(record: Unjudged, expectation: AlertExpectation): Autopsy | undefined {
  const alertCase = caseOf(record, expectation);
  if (!alertCase || isAsExpected(alertCase)) return undefined;
  const { alert } = alertCase;
  const causes = causesFor(alertCase);
  for (const { hop, cause, evidence } of causes) {
    const lines = evidence(alertCase);
    if (!lines || lines.length === 0) continue;
    return {
      hop: typeof hop === 'function' ? hop(alertCase) : hop,
      cause: typeof cause === 'function' ? cause(alertCase) : cause,
      evidence: [
        ...lines,
        ...(causes === neverTrue || causes === neverFired ? ruleAmongNamesakes(alert) : []),
      ],
    };
  }
  const way = firingHops.filter((name) => name !== 'first request hit' || record.scenario.fault.hits);
  const missed = way.find((name) => alert.hops.every((hop) => hop.name !== name || hop.at === undefined));
  const reached = alert.hops.filter(({ at }) => at !== undefined).map(({ name }) => name);
  return {
    hop: missed ?? 'page received',
    cause: 'the cause is not known',
    evidence: [`hops reached: ${reached.join(', ') || 'none'}`],
  };
}

/** Identifies the rule when other rules have the same name. */
function ruleAmongNamesakes({ rule }: AlertEvidence): string[] {
  if (!rule?.namesakes) return [];
  const { file, group, index = 0, labels, namesakes, written } = rule;
  const others = namesakes === 1 ? 'another rule has' : `${namesakes} other rules have`;
  return [
    `the rule: ${written?.file ?? file}, group ${group}, number ${index + 1}, with {${labelsText(labels)}}; ${others} its name`,
  ];
}

/** Returns why a page that came in time came by chance, and may be missing in another drill of the same configuration. */
export function arrivedByChance(record: Unjudged, expectation: AlertExpectation): Autopsy | undefined {
  const { lasts } = record.scenario.fault;
  const alert = evidenceOf(record, expectation);
  if (lasts === undefined || !alert) return undefined;
  const evidence = series.burstBetweenSamples(alert, paced(lasts, record.pace));
  const { hop, cause } = series.firstValueNotCounted;
  return evidence.length > 0 ? { hop, cause, evidence } : undefined;
}

function isAsExpected(alertCase: Case): boolean {
  const { record, expectation, late, alert, injectedAt } = alertCase;
  if (expectation.kind === 'pending-only') return alert.pending.some(({ from }) => from >= injectedAt);
  if (expectation.kind === 'suppressed') {
    const causes = causesFor(alertCase);
    return causes === inhibitedInVain && causes.every(({ evidence }) => !evidence(alertCase)?.length);
  }
  const { firstHitAt = Number.NaN } = record.faultWindow ?? {};
  return late !== undefined && late.receivedAt - firstHitAt <= targetOf(record, expectation, 'within').ms;
}

function causesFor(alertCase: Case): readonly Cause[] {
  // Another alert of the same name paged. The expected alert reached the notifier too, so its page was lost after that.
  const isHeld =
    alertCase.mislabelled !== undefined &&
    delivery.alertsAtNotifier(alertCase).some((one) => delivery.isExpectedAlert(alertCase, one));
  if (isHeld && alertCase.record.notifications) return [...neverPaged, ...arrived];
  if (alertCase.late || alertCase.mislabelled) return arrived;
  if (!beforeRule.wasTrue(alertCase)) return neverTrue;
  if (firedSince(alertCase).length === 0) return neverFired;
  if (alertCase.expectation.kind !== 'suppressed') return neverPaged;
  if (inhibition.sentAt(alertCase) !== undefined) return notInhibited;
  return inhibition.isInhibited(alertCase) ? inhibitedInVain : neverPaged;
}
