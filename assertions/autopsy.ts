import { firingHops } from '../core/hops.ts';
import { paced } from '../core/pace.ts';
import type { AlertEvidence, Autopsy, Unjudged } from '../core/record.ts';
import type { Expectation } from '../core/scenario.ts';
import * as beforeRule from './causes/before-the-rule.ts';
import { type Case, type Cause, firedSince } from './causes/case.ts';
import * as conditions from './causes/conditions.ts';
import * as delivery from './causes/delivery.ts';
import { joinedLate } from './causes/group-interval.ts';
import { labelsChange } from './causes/label-churn.ts';
import * as messages from './causes/notifier-messages.ts';
import { arrivedLate, labelsDiffer } from './causes/page-arrived.ts';
import * as notifying from './causes/prometheus-notifying.ts';
import * as rule from './causes/rule.ts';
import * as series from './causes/series.ts';
import { labelsText } from './labels-text.ts';
import { countedPage, mislabelledPage } from './pages.ts';
import { targetOf } from './targets.ts';

const arrived: readonly Cause[] = [labelsDiffer, joinedLate, arrivedLate];

/** Causes in the order of the hops: the first hop that failed is the one to fix. */
const neverTrue: readonly Cause[] = [
  beforeRule.noSuchRule,
  beforeRule.rulePaused,
  beforeRule.ruleFailed,
  beforeRule.notExported,
  beforeRule.noSuchLogs,
  series.noSuchSeries,
  series.noBuckets,
  series.windowTooShort,
  conditions.sidesDoNotMatch,
  conditions.excluded,
  conditions.neverTogether,
  series.firstValueNotCounted,
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
  notifying.noAlertmanager,
  notifying.droppedByRelabelling,
  delivery.notSent,
  delivery.inhibited,
  delivery.silenced,
  delivery.muted,
  delivery.contactPointMissing,
  delivery.noNotifier,
  delivery.routedElsewhere,
  messages.templateFailed,
  delivery.refused,
  delivery.hostNotEmulated,
  delivery.notDelivered,
  messages.waiting,
  messages.nothingShown,
  messages.nothingSent,
];

/**
 * Names the first hop at which an expected alert was lost or delayed, with the evidence.
 *
 * @returns `undefined` when the page counts and is in time (for `pending-only`: when the alert was pending),
 * or when nothing was collected about the alert.
 */
export function autopsy(record: Unjudged, expectation: Expectation): Autopsy | undefined {
  const alert = evidenceOf(record, expectation);
  if (!alert) return undefined;
  const alertCase: Case = {
    record,
    expectation,
    alert,
    injectedAt: record.faultWindow?.injectedAt ?? Number.NEGATIVE_INFINITY,
    ...pagesForCase(record, expectation),
  };
  if (isAsExpected(alertCase)) return undefined;
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
export function arrivedByChance(record: Unjudged, expectation: Expectation): Autopsy | undefined {
  const { lasts } = record.scenario.fault;
  const alert = evidenceOf(record, expectation);
  if (lasts === undefined || !alert) return undefined;
  const evidence = series.burstBetweenSamples(alert, paced(lasts, record.pace));
  const { hop, cause } = series.firstValueNotCounted;
  return evidence.length > 0 ? { hop, cause, evidence } : undefined;
}

/** Returns the evidence of an expectation. The record has one entry for each expectation, in their order. */
function evidenceOf({ evidence, scenario }: Unjudged, expectation: Expectation): AlertEvidence | undefined {
  const alerts = evidence?.alerts ?? [];
  const own = alerts[scenario.expectations.indexOf(expectation)];
  return own?.alert === expectation.alert ? own : alerts.find(({ alert }) => alert === expectation.alert);
}

function pagesForCase(record: Unjudged, expectation: Expectation): Pick<Case, 'late' | 'mislabelled'> {
  if (expectation.kind !== 'page') return {};
  const counted = countedPage(record, expectation);
  if (counted) return { late: counted };
  const mislabelled = mislabelledPage(record, expectation);
  return mislabelled ? { mislabelled } : {};
}

function isAsExpected({ record, expectation, late, alert, injectedAt }: Case): boolean {
  if (expectation.kind !== 'page') return alert.pending.some(({ from }) => from >= injectedAt);
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
  return firedSince(alertCase).length > 0 ? neverPaged : neverFired;
}
