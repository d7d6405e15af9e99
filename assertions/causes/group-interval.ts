import { humanDuration } from '../../core/duration.ts';
import { hasLabels, labelsText } from '../../core/labels.ts';
import type { Notification } from '../../core/record.ts';
import type { Case, Cause } from './case.ts';
import { alertsAtNotifier } from './delivery.ts';
import { alertsText, expectedNotifications } from './sent-notifications.ts';

/* An alert that joins a group which has already been notified: it waits for the group's next flush. */

/** Timers may be late by this much on a busy machine. */
export const timerToleranceMs = 1_000;

/** Returns the last notification of the group before the alert joined it, if the alert had to wait for group_interval. */
export function previousGroupNotification(
  alertCase: Case,
): { readonly before: Notification; readonly lines: string[] } | undefined {
  const { alert, expectation, record } = alertCase;
  const { route } = alert;
  const [got] = alertsAtNotifier(alertCase).toSorted((a, b) => a.receivedAt - b.receivedAt);
  if (!route || !got || expectation.kind !== 'page') return undefined;
  const [own] = expectedNotifications(alertCase);
  const groupBy = route.groupBy ?? [];
  const isGroup = (one: Notification) =>
    own
      ? one.groupKey === own.groupKey
      : one.contactPoint === route.receiver && sharesGroup(one, got.labels, groupBy);
  const before = (record.notifications ?? [])
    .filter(
      (one) =>
        one.manager === alert.manager &&
        one.kind === expectation.receiver &&
        isGroup(one) &&
        one.at < got.receivedAt + timerToleranceMs &&
        one.at > got.receivedAt - route.groupIntervalMs - timerToleranceMs &&
        !one.alerts.some(
          ({ labels }) => labels.alertname === expectation.alert && hasLabels(labels, expectation.labels),
        ),
    )
    .at(-1);
  if (!before) return undefined;
  const time = (at: number) => new Date(at).toISOString();
  return {
    before,
    lines: [
      `its group had been notified at ${time(before.at)}, of ${alertsText(before)}: {${labelsText(groupLabels(before, groupBy))}}`,
      `${expectation.alert} joined it at ${time(got.receivedAt)}, and a group that was notified waits for group_interval, ${humanDuration(route.groupIntervalMs)}`,
    ],
  };
}

const groupLabels = ({ alerts: [first] }: Notification, groupBy: readonly string[]) =>
  Object.fromEntries(
    Object.entries(first?.labels ?? {}).filter(([name]) => groupBy.includes(name) || groupBy.includes('...')),
  );

const sharesGroup = (
  { alerts: [first] }: Notification,
  labels: Readonly<Record<string, string>>,
  groupBy: readonly string[],
): boolean =>
  !groupBy.includes('...') && groupBy.every((name) => (first?.labels[name] ?? '') === (labels[name] ?? ''));

/** The page arrived late because its alert waited for the group's next flush. */
export const joinedLate: Cause = {
  hop: 'page received',
  cause: 'the alert joined a group that had been notified, and waited for group_interval',
  evidence: (alertCase) => {
    const found = alertCase.late && previousGroupNotification(alertCase);
    const [got] = alertsAtNotifier(alertCase).toSorted((a, b) => a.receivedAt - b.receivedAt);
    const { groupWaitMs = 0 } = alertCase.alert.route ?? {};
    if (!found || !got || !alertCase.late) return undefined;
    const waitedMs = alertCase.late.receivedAt - got.receivedAt;
    // Otherwise the delay has another cause, which `arrivedLate` reports.
    return waitedMs > groupWaitMs + timerToleranceMs
      ? [
          ...found.lines,
          `it waited ${humanDuration(waitedMs)}, with group_wait of ${humanDuration(groupWaitMs)}`,
        ]
      : undefined;
  },
};
