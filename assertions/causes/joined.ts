import { humanDuration } from '../../core/duration.ts';
import type { Notification } from '../../core/record.ts';
import { labelsText } from '../labels-text.ts';
import { carries } from '../pages.ts';
import type { Case, Cause } from './case.ts';
import { held } from './delivery.ts';
import { alertsText, notificationsOf } from './notified.ts';

/* An alert that joins a group that was notified already: it waits for the group's next turn. */

/** Timers of a busy machine are late. */
const slackMs = 1_000;

/** The notification of the group before the alert was in it, if it was so shortly before that the alert had to wait. */
export function joined(of: Case): { readonly before: Notification; readonly lines: string[] } | undefined {
  const { alert, expectation, record } = of;
  const { route } = alert;
  const [got] = held(of).toSorted((a, b) => a.receivedAt - b.receivedAt);
  if (!route || !got || expectation.kind !== 'page') return undefined;
  const [own] = notificationsOf(of);
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
        one.at < got.receivedAt + slackMs &&
        one.at > got.receivedAt - route.groupIntervalMs - slackMs &&
        !one.alerts.some(
          ({ labels }) => labels.alertname === expectation.alert && carries({ labels }, expectation.labels),
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

/** The page came, and most of its time went by in waiting for the group's turn. */
export const joinedLate: Cause = {
  hop: 'page received',
  cause: 'the alert joined a group that had been notified, and waited for group_interval',
  evidence: (of) => {
    const found = of.late && joined(of);
    const [got] = held(of).toSorted((a, b) => a.receivedAt - b.receivedAt);
    const { groupWaitMs = 0 } = of.alert.route ?? {};
    if (!found || !got || !of.late) return undefined;
    const waitedMs = of.late.receivedAt - got.receivedAt;
    // A page that was late by something else as well says so by its slowest hop.
    return waitedMs > groupWaitMs + slackMs
      ? [
          ...found.lines,
          `it waited ${humanDuration(waitedMs)}, with group_wait of ${humanDuration(groupWaitMs)}`,
        ]
      : undefined;
  },
};
