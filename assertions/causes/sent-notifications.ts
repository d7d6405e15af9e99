import { hasLabels } from '../../core/labels.ts';
import type { Delivery, Evidence, Notification } from '../../core/record.ts';
import type { Case } from './case.ts';

/* The notifications that the alert's manager sent, as the observer beside each notifier received them. */

type Failure = NonNullable<Evidence['failedNotifications']>[number];

/** Returns the notifications of the expected alert to the expected receiver since the injection. */
export function expectedNotifications({ record, expectation, alert, injectedAt }: Case): Notification[] {
  if (expectation.kind !== 'page') return [];
  const { receiver, contactPoint, labels } = expectation;
  return (record.notifications ?? []).filter(
    (one) =>
      one.manager === alert.manager &&
      one.kind === receiver &&
      (contactPoint === undefined || one.contactPoint === contactPoint) &&
      one.at >= injectedAt &&
      one.alerts.some(
        (sent) =>
          sent.status === 'firing' &&
          sent.labels.alertname === expectation.alert &&
          hasLabels(sent.labels, labels),
      ),
  );
}

/** Returns the deliveries that carried these notifications, accepted or not. */
export const attemptsOf = (alertCase: Case): Delivery[] =>
  [...new Set(expectedNotifications(alertCase).flatMap(({ attempts = [] }) => attempts))]
    .sort((a, b) => a - b)
    .flatMap((index) => alertCase.record.deliveries[index] ?? []);

/**
 * Returns the logged failures of these notifications, matched by notifier and time. A log line that names only the kind of
 * the notifier counts only if a single contact point of that kind was notified.
 */
export function notificationFailures(alertCase: Case): Failure[] {
  const sent = expectedNotifications(alertCase);
  const places = new Set(
    (alertCase.record.notifications ?? []).filter(isLike(sent)).map(({ contactPoint }) => contactPoint),
  );
  return (alertCase.record.evidence?.failedNotifications ?? []).filter((failure) =>
    sent.some(
      (one) =>
        failure.manager === one.manager &&
        failure.kind === one.kind &&
        failure.at >= one.at - clockToleranceMs &&
        (failure.contactPoint === undefined
          ? places.size === 1
          : failure.contactPoint === one.contactPoint && (failure.index ?? one.index) === one.index),
    ),
  );
}

/** On a busy machine, the manager and the observer may stamp the same notification this far apart. */
const clockToleranceMs = 1_000;

const isLike = (sent: readonly Notification[]) => (other: Notification) =>
  sent.some(({ manager, kind }) => other.manager === manager && other.kind === kind);

/** Lists the alert names of a notification, e.g. `HighErrorRate, HighLatency and 2 more`. */
export function alertsText({ alerts }: Pick<Notification, 'alerts'>): string {
  const names = [...new Set(alerts.map(({ labels }) => labels.alertname ?? '(no alert name)'))];
  return names.length > 3 ? `${names.slice(0, 2).join(', ')} and ${names.length - 2} more` : names.join(', ');
}
