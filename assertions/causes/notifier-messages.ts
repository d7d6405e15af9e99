import { humanDuration } from '../../core/duration.ts';
import type { Delivery } from '../../core/record.ts';
import { hiddenPages } from '../pages.ts';
import { type Case, type Cause, notifierOf } from './case.ts';
import { alertsAtNotifier, cutAt, failureText, mentions, receiverOf } from './delivery.ts';
import { previousGroupNotification } from './group-interval.ts';
import { alertsText, attemptsOf, expectedNotifications, notificationFailures } from './sent-notifications.ts';

/* Causes for a page that its notifier did not send, or sent in a message that does not show the alert. */

/**
 * When a template fails, Alertmanager sends nothing. Grafana sends the message truncated at the failure, and it may not
 * show the alert.
 */
export const templateFailed: Cause = {
  hop: 'page received',
  cause: 'the message template failed',
  evidence: (alertCase) => {
    const receiver = receiverOf(alertCase);
    if (!receiver) return undefined;
    const failed = templateErrors(alertCase, receiver);
    return failed.length > 0 ? [...failed, ...deliveriesSince(alertCase).map(messageText)] : undefined;
  },
};

function templateErrors(alertCase: Case, receiver: string): string[] {
  const { evidence } = alertCase.record;
  if (evidence?.failedNotifications) {
    return notificationFailures(alertCase)
      .filter(({ message }) => message.includes('template: '))
      .map(failureText);
  }
  if (alertCase.alert.manager !== 'grafana') return [];
  return (evidence?.notifierErrors ?? []).filter(
    (line) => /^Grafana, (\w+)[:[]/.exec(line)?.[1] === receiver && line.includes('template: '),
  );
}

/** Returns the messages to the receiver, accepted or not, since the notifier got the alert. */
function deliveriesSince(alertCase: Case): Delivery[] {
  if (alertCase.record.notifications) return attemptsOf(alertCase);
  const [first] = byReceipt(alertCase);
  const { revertedAt = Number.POSITIVE_INFINITY } = alertCase.record.faultWindow ?? {};
  return alertCase.record.deliveries.filter(
    ({ receiver, at }) =>
      receiver === receiverOf(alertCase) &&
      at >= (first?.receivedAt ?? alertCase.injectedAt) &&
      at <= revertedAt,
  );
}

const messageText = ({ at, receiver, message, body, responseStatus }: Delivery): string =>
  `${new Date(at).toISOString()} ${receiver} got (and answered ${responseStatus || 'nothing'}): ${(message?.text ?? body).slice(0, 200).trim() || '(nothing)'}`;

const byReceipt = (alertCase: Case) =>
  alertsAtNotifier(alertCase).toSorted((a, b) => a.receivedAt - b.receivedAt);

/** Returns when the notifier got the alert, and for how long it had the alert before the fault was reverted. */
function timeAtNotifier(alertCase: Case): { readonly line: string; readonly ms: number } | undefined {
  const [first] = byReceipt(alertCase);
  if (!first) return undefined;
  const until = alertCase.record.faultWindow?.revertedAt;
  const ms = until === undefined ? 0 : until - first.receivedAt;
  const before = until === undefined ? '' : `, ${humanDuration(ms)} before the fault was reverted`;
  return {
    line: `${notifierOf(alertCase)} got it at ${new Date(first.receivedAt).toISOString()}${before}`,
    ms,
  };
}

const groupsText = ({ alert: { route } }: Case): string =>
  route
    ? `group_wait is ${humanDuration(route.groupWaitMs)}, group_interval ${humanDuration(route.groupIntervalMs)}`
    : 'the route is not known';

export const waiting: Cause = {
  hop: 'page received',
  cause: 'the alert was grouped and waiting',
  evidence: (alertCase) => {
    const { route } = alertCase.alert;
    if (deliveriesSince(alertCase).length > 0) return undefined;
    const had = timeAtNotifier(alertCase);
    // After getting an alert, a group is flushed within this time.
    const longest = route ? route.groupWaitMs + route.groupIntervalMs : Number.POSITIVE_INFINITY;
    if (!had || had.ms > longest) return undefined;
    return [had.line, ...(previousGroupNotification(alertCase)?.lines ?? []), groupsText(alertCase)];
  },
};

export const nothingShown: Cause = {
  hop: 'page received',
  cause: 'the messages that arrived do not show the alert',
  evidence: (alertCase) => {
    const had = timeAtNotifier(alertCase);
    const sent = alertCase.record.notifications
      ? messagesHidingAlert(alertCase)
      : deliveriesSince(alertCase).filter((delivery) => !mentions(delivery, alertCase.expectation.alert));
    if (!had || sent.length === 0) return undefined;
    const cut = sent.map(cutAt).find((limit) => limit !== undefined);
    return [
      had.line,
      ...groupLines(alertCase),
      ...sent.slice(0, 5).map(messageText),
      cut === undefined
        ? "check the message's template"
        : `the message was cut at ${cut} characters, the most that ${receiverOf(alertCase)} takes: let the template write less of each alert`,
    ];
  },
};

/** Returns the accepted messages about the alert that do not show it. */
function messagesHidingAlert({ record, expectation }: Case): Delivery[] {
  if (expectation.kind !== 'page') return [];
  const hidden = hiddenPages(record, expectation);
  return [...new Set(hidden.map(({ delivery }) => delivery))].flatMap(
    (index) => record.deliveries[index] ?? [],
  );
}

/** Describes the alerts of the message when there are others besides this one. */
const groupLines = (alertCase: Case): string[] =>
  expectedNotifications(alertCase)
    .filter(({ alerts, delivery }) => alerts.length > 1 && delivery !== undefined)
    .slice(0, 1)
    .map((one) => `the message stands for ${one.alerts.length} alerts: ${alertsText(one)}`);

export const nothingSent: Cause = {
  hop: 'page received',
  cause: (alertCase) => `${notifierOf(alertCase)} had the alert and sent nothing in that time`,
  evidence: (alertCase) => {
    const had = timeAtNotifier(alertCase);
    return had && deliveriesSince(alertCase).length === 0 ? [had.line, groupsText(alertCase)] : undefined;
  },
};
