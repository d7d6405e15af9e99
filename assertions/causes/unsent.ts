import { humanDuration } from '../../core/duration.ts';
import type { Delivery } from '../../core/record.ts';
import { type Case, type Cause, notifierOf } from './case.ts';
import { held, mentions, receiverOf } from './delivery.ts';

/* Causes of a page that its notifier had to send, and that nobody refused. */

/** A message whose template failed goes out all the same, cut short where it did, and names no alert. */
export const templateFailed: Cause = {
  hop: 'page received',
  cause: 'the message template failed',
  evidence: (of) => {
    const receiver = receiverOf(of);
    if (of.alert.manager !== 'grafana' || !receiver) return undefined;
    const failed = (of.record.evidence?.notifierErrors ?? []).filter(
      (line) => line.startsWith(`Grafana, ${receiver}`) && line.includes('template: '),
    );
    return failed.length > 0 ? [...failed, ...sentSince(of).map(messageText)] : undefined;
  },
};

/** What the receiver was sent, taken or not, since the notifier got the alert. */
function sentSince(of: Case): Delivery[] {
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
    const had = possession(of);
    // A group is due at the latest so long after it got another alert.
    const longest = route ? route.groupWaitMs + route.groupIntervalMs : Number.POSITIVE_INFINITY;
    return had && had.ms <= longest ? [had.line, groupsText(of)] : undefined;
  },
};

export const nothingShown: Cause = {
  hop: 'page received',
  cause: 'the messages that arrived do not show the alert',
  evidence: (of) => {
    const had = possession(of);
    const sent = sentSince(of).filter((delivery) => !mentions(delivery, of.expectation.alert));
    return had && sent.length > 0
      ? [had.line, ...sent.slice(0, 5).map(messageText), "check the message's template"]
      : undefined;
  },
};

export const nothingSent: Cause = {
  hop: 'page received',
  cause: (of) => `${notifierOf(of)} had the alert and sent nothing in that time`,
  evidence: (of) => {
    const had = possession(of);
    return had && sentSince(of).length === 0 ? [had.line, groupsText(of)] : undefined;
  },
};
