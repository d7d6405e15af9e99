import type { Delivery, Evidence, Notification } from '../../core/record.ts';
import { carries } from '../pages.ts';
import type { Case } from './case.ts';

/* What is known, by an observer beside each notifier, of what an alert's manager sent. */

type Failure = NonNullable<Evidence['failedNotifications']>[number];

/** The notifications of the expected alert through notifiers that lead to the expected receiver, since the injection. */
export function notificationsOf({ record, expectation, alert, injectedAt }: Case): Notification[] {
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
          sent.status === 'firing' && sent.labels.alertname === expectation.alert && carries(sent, labels),
      ),
  );
}

/** The requests by which they were sent, taken or not. */
export const attemptsOf = (of: Case): Delivery[] =>
  [...new Set(notificationsOf(of).flatMap(({ attempts = [] }) => attempts))]
    .sort((a, b) => a - b)
    .flatMap((index) => of.record.deliveries[index] ?? []);

/**
 * What went wrong with them, by the logs. A failure is theirs by its notifier and its time; a log that names the kind alone
 * may speak of another contact point of that kind, and is taken only where there is no other.
 */
export function failuresOf(of: Case): Failure[] {
  const sent = notificationsOf(of);
  const places = new Set(
    (of.record.notifications ?? []).filter(isLike(sent)).map(({ contactPoint }) => contactPoint),
  );
  return (of.record.evidence?.failedNotifications ?? []).filter((failure) =>
    sent.some(
      (one) =>
        failure.manager === one.manager &&
        failure.kind === one.kind &&
        failure.at >= one.at - clockBlurMs &&
        (failure.contactPoint === undefined
          ? places.size === 1
          : failure.contactPoint === one.contactPoint && (failure.index ?? one.index) === one.index),
    ),
  );
}

/** The manager's clock and the observer's may differ by what a busy machine takes. */
const clockBlurMs = 1_000;

const isLike = (sent: readonly Notification[]) => (other: Notification) =>
  sent.some(({ manager, kind }) => other.manager === manager && other.kind === kind);

/** `CheckoutSlow and 2 more` */
export function alertsText({ alerts }: Pick<Notification, 'alerts'>): string {
  const names = [...new Set(alerts.map(({ labels }) => labels.alertname ?? '(no alert name)'))];
  return names.length > 3 ? `${names.slice(0, 2).join(', ')} and ${names.length - 2} more` : names.join(', ');
}
