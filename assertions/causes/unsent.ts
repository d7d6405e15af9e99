import { humanDuration } from '../../core/duration.ts';
import type { Delivery } from '../../core/record.ts';
import { hiddenPages } from '../pages.ts';
import { type Case, type Cause, notifierOf } from './case.ts';
import { cutAt, failureText, held, mentions, receiverOf } from './delivery.ts';
import { joined } from './joined.ts';
import { alertsText, attemptsOf, failuresOf, notificationsOf } from './notified.ts';

/* Causes of a page that its notifier had to send, and that nobody refused. */

/**
 * Alertmanager sends nothing when a template fails; Grafana sends the message all the same, cut short where it failed,
 * and it names no alert.
 */
export const templateFailed: Cause = {
  hop: 'page received',
  cause: 'the message template failed',
  evidence: (of) => {
    const receiver = receiverOf(of);
    if (!receiver) return undefined;
    const failed = templateErrors(of, receiver);
    return failed.length > 0 ? [...failed, ...sentSince(of).map(messageText)] : undefined;
  },
};

function templateErrors(of: Case, receiver: string): string[] {
  const { evidence } = of.record;
  if (evidence?.failedNotifications) {
    return failuresOf(of)
      .filter(({ message }) => message.includes('template: '))
      .map(failureText);
  }
  if (of.alert.manager !== 'grafana') return [];
  return (evidence?.notifierErrors ?? []).filter(
    (line) => /^Grafana, (\w+)[:[]/.exec(line)?.[1] === receiver && line.includes('template: '),
  );
}

/** What the receiver was sent, taken or not, since the notifier got the alert. */
function sentSince(of: Case): Delivery[] {
  if (of.record.notifications) return attemptsOf(of);
  const [first] = byReceipt(of);
  const { revertedAt = Number.POSITIVE_INFINITY } = of.record.faultWindow ?? {};
  return of.record.deliveries.filter(
    ({ receiver, at }) =>
      receiver === receiverOf(of) && at >= (first?.receivedAt ?? of.injectedAt) && at <= revertedAt,
  );
}

const messageText = ({ at, receiver, message, body, responseStatus }: Delivery): string =>
  `${new Date(at).toISOString()} ${receiver} got (and answered ${responseStatus || 'nothing'}): ${(message?.text ?? body).slice(0, 200).trim() || '(nothing)'}`;

const byReceipt = (of: Case) => held(of).toSorted((a, b) => a.receivedAt - b.receivedAt);

/** When it got the alert and how long it had it: a group is given up with the resolution. */
function possession(of: Case): { readonly line: string; readonly ms: number } | undefined {
  const [first] = byReceipt(of);
  if (!first) return undefined;
  const until = of.record.faultWindow?.revertedAt;
  const ms = until === undefined ? 0 : until - first.receivedAt;
  const before = until === undefined ? '' : `, ${humanDuration(ms)} before the fault was reverted`;
  return { line: `${notifierOf(of)} got it at ${new Date(first.receivedAt).toISOString()}${before}`, ms };
}

const groupsText = ({ alert: { route } }: Case): string =>
  route
    ? `group_wait is ${humanDuration(route.groupWaitMs)}, group_interval ${humanDuration(route.groupIntervalMs)}`
    : 'the route is not known';

export const waiting: Cause = {
  hop: 'page received',
  cause: 'the alert was grouped and waiting',
  evidence: (of) => {
    const { route } = of.alert;
    if (sentSince(of).length > 0) return undefined;
    const had = possession(of);
    // A group is due at the latest so long after it got another alert.
    const longest = route ? route.groupWaitMs + route.groupIntervalMs : Number.POSITIVE_INFINITY;
    if (!had || had.ms > longest) return undefined;
    return [had.line, ...(joined(of)?.lines ?? []), groupsText(of)];
  },
};

export const nothingShown: Cause = {
  hop: 'page received',
  cause: 'the messages that arrived do not show the alert',
  evidence: (of) => {
    const had = possession(of);
    const sent = of.record.notifications
      ? hiddenIn(of)
      : sentSince(of).filter((delivery) => !mentions(delivery, of.expectation.alert));
    if (!had || sent.length === 0) return undefined;
    const cut = sent.map(cutAt).find((limit) => limit !== undefined);
    return [
      had.line,
      ...groupLines(of),
      ...sent.slice(0, 5).map(messageText),
      cut === undefined
        ? "check the message's template"
        : `the message was cut at ${cut} characters, the most that ${receiverOf(of)} takes: let the template write less of each alert`,
    ];
  },
};

/** The messages that were taken for the alert and do not show it. */
function hiddenIn({ record, expectation }: Case): Delivery[] {
  if (expectation.kind !== 'page') return [];
  const hidden = hiddenPages(record, expectation);
  return [...new Set(hidden.map(({ delivery }) => delivery))].flatMap(
    (index) => record.deliveries[index] ?? [],
  );
}

/** Which alerts its messages stand for, where there are others. */
const groupLines = (of: Case): string[] =>
  notificationsOf(of)
    .filter(({ alerts, delivery }) => alerts.length > 1 && delivery !== undefined)
    .slice(0, 1)
    .map((one) => `the message stands for ${one.alerts.length} alerts: ${alertsText(one)}`);

export const nothingSent: Cause = {
  hop: 'page received',
  cause: (of) => `${notifierOf(of)} had the alert and sent nothing in that time`,
  evidence: (of) => {
    const had = possession(of);
    return had && sentSince(of).length === 0 ? [had.line, groupsText(of)] : undefined;
  },
};
