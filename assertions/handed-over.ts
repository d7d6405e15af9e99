import { humanDuration } from '../core/duration.ts';
import { floorFor } from '../core/floor-for.ts';
import { hasLabels, labelsText } from '../core/labels.ts';
import type { AlertEvidence, AlertmanagerAlert, HandedOver, Unjudged } from '../core/record.ts';
import type { PageExpectation } from '../core/scenario.ts';
import { autopsy } from './autopsy.ts';
import { faultTimes } from './fault-times.ts';
import type { Finding } from './finding.ts';
import { contactPointPart } from './pages.ts';
import { targetOf } from './targets.ts';

/** What is known of an alert on its way to a notifier. */
export interface OnTheWay {
  /** The alert, as its Alertmanager had it. */
  readonly held: readonly Pick<
    AlertmanagerAlert,
    'labels' | 'receivedAt' | 'receivers' | 'inhibitedBy' | 'silencedBy' | 'mutedBy'
  >[];
  /** The kinds of the notifiers of each contact point. */
  readonly kindsOf: (contactPoint: string) => readonly string[];
  readonly handedOver: readonly HandedOver[];
}

/**
 * The first hand-over that can be of the expected alert: Alertmanager had the alert and did not suppress it, its route led
 * to a notifier of the expected kind, and after that the far end of such a notifier accepted a request.
 *
 * @param since the injection, epoch milliseconds.
 */
export function handOverOf(
  { held, kindsOf, handedOver }: OnTheWay,
  { alert, labels, receiver, contactPoint }: PageExpectation,
  since: number,
): HandedOver | undefined {
  const arrivals = held
    .filter(
      (one) =>
        one.labels.alertname === alert &&
        one.receivedAt >= since &&
        [...one.inhibitedBy, ...one.silencedBy, ...one.mutedBy].length === 0 &&
        hasLabels(one.labels, labels) &&
        one.receivers.some(
          (name) => (contactPoint === undefined || name === contactPoint) && kindsOf(name).includes(receiver),
        ),
    )
    .map(({ receivedAt }) => receivedAt);
  const from = Math.min(...arrivals);
  return handedOver.find((one) => one.kind === receiver && one.at >= from);
}

/** Labels of the alerts that may have been handed over in place of the expected one: those that are not in its group. */
function othersIn(
  { mayBeOf = [] }: HandedOver,
  { alert, labels }: PageExpectation,
  evidence: readonly AlertEvidence[],
): Readonly<Record<string, string>>[] {
  const isExpected = (one: (typeof mayBeOf)[number]) =>
    one.labels.alertname === alert && hasLabels(one.labels, labels);
  const expected = mayBeOf.filter(isExpected);
  const groupBy = evidence.find(({ route }) => route)?.route?.groupBy;
  const isGrouped = (one: (typeof mayBeOf)[number]) =>
    groupBy !== undefined &&
    !groupBy.includes('...') &&
    expected.some(
      (own) =>
        own.receivers.join() === one.receivers.join() &&
        groupBy.every((name) => own.labels[name] === one.labels[name]),
    );
  return mayBeOf.filter((one) => !isExpected(one) && !isGrouped(one)).map((one) => one.labels);
}

/** Judges that the alert was handed over to a notifier of the right kind in time. Whether a page arrived is not known. */
export function handedOver(record: Unjudged, expectation: PageExpectation): Finding {
  const { ms: targetMs } = targetOf(record, expectation, 'within');
  const { first } = faultTimes(record.scenario);
  const { injectedAt = Number.NaN, firstHitAt = Number.NaN } = record.faultWindow ?? {};
  const alerts = (record.evidence?.alerts ?? []).filter((one) => one.alert === expectation.alert);
  const points = alerts.flatMap(({ contactPoints = [] }) => contactPoints);
  const found = handOverOf(
    {
      held: alerts.flatMap(({ alertmanager }) => alertmanager),
      kindsOf: (name) => points.find((point) => point.name === name)?.kinds ?? [],
      handedOver: record.evidence?.handedOver ?? [],
    },
    expectation,
    injectedAt,
  );
  const floor = floorFor(record, expectation)?.detect;
  const common = { targetMs, ...(floor ? { floor } : {}) };
  const to = `${expectation.receiver}${contactPointPart(expectation)}`;
  if (!found) {
    const why = autopsy(record, expectation);
    return {
      ...common,
      outcome: 'fail',
      message: `Alertmanager handed over no ${expectation.alert} to a notifier of ${to}`,
      evidence: [],
      // What happens after the notifier is not seen.
      ...(why && why.hop !== 'page received' ? { autopsy: why } : {}),
    };
  }
  const others = othersIn(found, expectation, alerts);
  if (others.length > 0)
    return {
      ...common,
      outcome: 'broken',
      message: `a notifier of ${found.kind} handed something over, and whether it was ${expectation.alert} is not known: other alerts led to one too`,
      evidence: others.map((labels) => `on the way then: {${labelsText(labels)}}`),
    };
  const measuredMs = found.at - firstHitAt;
  const evidence = [
    `${new Date(found.at).toISOString()} ${found.accepted} request(s) of notifiers of kind ${found.kind} accepted by the far end, by Alertmanager's counters`,
    'the last hop, the arrival of the page, was not seen',
  ];
  // Negated, so that NaN fails.
  if (!(measuredMs <= targetMs))
    return {
      ...{ ...common, measuredMs, evidence, outcome: 'fail' },
      message: `handed over ${humanDuration(measuredMs)} after ${first}, ${humanDuration(measuredMs - targetMs)} too late`,
    };
  return {
    ...{ ...common, measuredMs, evidence, outcome: 'pass' },
    message: `handed over to a notifier of ${to} ${humanDuration(measuredMs)} after ${first}; whether the page arrived was not seen`,
  };
}
