import { firingHops } from '../core/hops.ts';
import { paced } from '../core/pace.ts';
import type { AlertEvidence, Autopsy, Unjudged } from '../core/record.ts';
import type { Expectation } from '../core/scenario.ts';
import { arrivedLate, labelsDiffer } from './causes/arrived.ts';
import * as wayIn from './causes/before-the-rule.ts';
import { type Case, type Cause, firedSince } from './causes/case.ts';
import * as conditions from './causes/conditions.ts';
import * as delivery from './causes/delivery.ts';
import { joinedLate } from './causes/joined.ts';
import { labelsChange } from './causes/label-churn.ts';
import * as rule from './causes/rule.ts';
import * as series from './causes/series.ts';
import * as unreached from './causes/unreached.ts';
import * as unsent from './causes/unsent.ts';
import { labelsText } from './labels-text.ts';
import { countedPage, mislabelledPage } from './pages.ts';
import { targetOf } from './targets.ts';

const arrived: readonly Cause[] = [labelsDiffer, joinedLate, arrivedLate];

/** In the order of the way: the first hop that failed is the one to mend. */
const neverTrue: readonly Cause[] = [
  wayIn.noSuchRule,
  wayIn.rulePaused,
  wayIn.ruleFailed,
  wayIn.notExported,
  wayIn.noSuchLogs,
  series.noSuchSeries,
  series.bucketsLost,
  series.windowTooShort,
  conditions.sidesDoNotMatch,
  conditions.excluded,
  conditions.apart,
  series.bornWithTheFault,
  conditions.neverCrossed,
  conditions.noValue,
];
const neverFired: readonly Cause[] = [
  wayIn.rulePaused,
  wayIn.ruleFailed,
  rule.readElsewhere,
  series.windowHoldsTwoByChance,
  rule.betweenEvaluations,
  labelsChange,
  rule.forNeverSatisfied,
  rule.firingBefore,
];
const neverPaged: readonly Cause[] = [
  unreached.noAlertmanager,
  unreached.droppedByRelabelling,
  delivery.notSent,
  delivery.inhibited,
  delivery.silenced,
  delivery.muted,
  delivery.contactPointMissing,
  delivery.noNotifier,
  delivery.routedElsewhere,
  unsent.templateFailed,
  delivery.refused,
  delivery.ledOutside,
  delivery.notDelivered,
  unsent.waiting,
  unsent.nothingShown,
  unsent.nothingSent,
];

/**
 * Names the first hop at which an expected alert died or lost its time, with the evidence.
 *
 * @returns `undefined` when the page counts and is in time (for `pending-only`: when the alert was pending),
 * or when nothing was collected about the alert.
 */
export function autopsy(record: Unjudged, expectation: Expectation): Autopsy | undefined {
  const alert = evidenceOf(record, expectation);
  if (!alert) return undefined;
  const of: Case = {
    record,
    expectation,
    alert,
    injectedAt: record.faultWindow?.injectedAt ?? Number.NEGATIVE_INFINITY,
    ...pagesOf(record, expectation),
  };
  if (isWell(of)) return undefined;
  const causes = causesFor(of);
  for (const { hop, cause, evidence } of causes) {
    const lines = evidence(of);
    if (!lines || lines.length === 0) continue;
    return {
      hop: typeof hop === 'function' ? hop(of) : hop,
      cause: typeof cause === 'function' ? cause(of) : cause,
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

/** Which of several rules of one name it is about. */
function ruleAmongNamesakes({ rule }: AlertEvidence): string[] {
  if (!rule?.namesakes) return [];
  const { file, group, index = 0, labels, namesakes, written } = rule;
  const others = namesakes === 1 ? 'another rule has' : `${namesakes} other rules have`;
  return [
    `the rule: ${written?.file ?? file}, group ${group}, number ${index + 1}, with {${labelsText(labels)}}; ${others} its name`,
  ];
}

/** Why a page that came in time could have failed to come, though nothing had been different. */
export function byChance(record: Unjudged, expectation: Expectation): Autopsy | undefined {
  const { lasts } = record.scenario.fault;
  const alert = evidenceOf(record, expectation);
  if (lasts === undefined || !alert) return undefined;
  const evidence = series.bornWithABurst(alert, paced(lasts, record.pace));
  const { hop, cause } = series.bornWithTheFault;
  return evidence.length > 0 ? { hop, cause, evidence } : undefined;
}

/** Evidence is collected for each expectation, in their order. */
function evidenceOf({ evidence, scenario }: Unjudged, expectation: Expectation): AlertEvidence | undefined {
  const alerts = evidence?.alerts ?? [];
  const own = alerts[scenario.expectations.indexOf(expectation)];
  return own?.alert === expectation.alert ? own : alerts.find(({ alert }) => alert === expectation.alert);
}

function pagesOf(record: Unjudged, expectation: Expectation): Pick<Case, 'late' | 'mislabelled'> {
  if (expectation.kind !== 'page') return {};
  const counted = countedPage(record, expectation);
  if (counted) return { late: counted };
  const mislabelled = mislabelledPage(record, expectation);
  return mislabelled ? { mislabelled } : {};
}

function isWell({ record, expectation, late, alert, injectedAt }: Case): boolean {
  if (expectation.kind !== 'page') return alert.pending.some(({ from }) => from >= injectedAt);
  const { firstHitAt = Number.NaN } = record.faultWindow ?? {};
  return late !== undefined && late.receivedAt - firstHitAt <= targetOf(record, expectation, 'within').ms;
}

function causesFor(of: Case): readonly Cause[] {
  // Of several alerts of the name, the one that is expected has a way of its own.
  const isHeld =
    of.mislabelled !== undefined && delivery.held(of).some((one) => delivery.isExpected(of, one));
  if (isHeld && of.record.notifications) return [...neverPaged, ...arrived];
  if (of.late || of.mislabelled) return arrived;
  if (!wayIn.wasTrue(of)) return neverTrue;
  return firedSince(of).length > 0 ? neverPaged : neverFired;
}
