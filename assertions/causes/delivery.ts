import { humanDuration } from '../../core/duration.ts';
import type { AlertmanagerAlert, Delivery } from '../../core/record.ts';
import { labelsText } from '../checks.ts';
import { type Case, type Cause, firedSince } from './case.ts';

/* Causes between a firing alert and the page. */

const held = ({ alert, injectedAt }: Case): AlertmanagerAlert[] => {
  const since = alert.alertmanager.filter(({ startsAt }) => startsAt >= injectedAt);
  return since.length > 0 ? since : alert.alertmanager;
};

const receiverOf = ({ expectation }: Case) =>
  expectation.kind === 'page' ? expectation.receiver : undefined;

export const notSent: Cause = {
  hop: 'notifier sent',
  cause: 'Alertmanager never got the alert',
  evidence: (of) =>
    held(of).length > 0
      ? undefined
      : [
          `firing since ${new Date(firedSince(of)[0]?.from ?? 0).toISOString()}, and never seen in Alertmanager`,
          ...(of.record.evidence?.notifierErrors ?? []),
        ],
};

const suppressed = (
  cause: string,
  word: string,
  by: (alert: AlertmanagerAlert) => readonly string[],
): Cause => ({
  hop: 'page received',
  cause,
  evidence: (of) => {
    const all = held(of);
    const found = all.filter((alert) => by(alert).length > 0);
    // Of several alerts of the name, any that is left would have paged.
    if (found.length < all.length) return undefined;
    return found.map((alert) => `{${labelsText(alert.labels)}} is ${word} by ${by(alert).join(', ')}`);
  },
});

export const inhibited = suppressed('the alert was inhibited', 'inhibited', (a) => a.inhibitedBy);
export const silenced = suppressed('the alert was silenced', 'silenced', (a) => a.silencedBy);
export const muted = suppressed('the alert was muted', 'muted', (a) => a.mutedBy);

const mentions = (delivery: Delivery, name: string) => delivery.body.includes(name);

export const refused: Cause = {
  hop: 'page received',
  cause: 'the receiver refused the page',
  evidence: (of) => {
    const receiver = receiverOf(of);
    return of.record.deliveries
      .filter(
        (delivery) =>
          delivery.receiver === receiver &&
          delivery.at >= of.injectedAt &&
          (delivery.responseStatus >= 400 || delivery.responseStatus === 0) &&
          mentions(delivery, of.expectation.alert),
      )
      .slice(0, 5)
      .map(({ path, responseStatus, responseBody, at }) =>
        `${new Date(at).toISOString()} ${receiver} ${path}: ${responseStatus || 'no answer'} ${responseBody}`.trim(),
      );
  },
};

export const routedElsewhere: Cause = {
  hop: 'page received',
  cause: 'the alert was routed elsewhere',
  evidence: (of) => {
    const receiver = receiverOf(of);
    const names = [...new Set(held(of).flatMap(({ receivers }) => receivers))];
    if (!receiver || names.some((name) => name.toLowerCase().includes(receiver))) return undefined;
    const { route } = of.alert;
    const elsewhere = of.record.pages.filter(
      (page) => page.alert === of.expectation.alert && page.status === 'firing' && page.receiver !== receiver,
    );
    return [
      `Alertmanager sends it to ${names.join(', ') || 'no receiver'}, not to ${receiver}`,
      ...(route ? [`the route taken: ${route.path.join(' → ')} → ${route.receiver}`] : []),
      ...new Set(elsewhere.map((page) => `its page arrived at ${page.receiver}`)),
    ];
  },
};

export const notDelivered: Cause = {
  hop: 'page received',
  cause: 'Alertmanager could not deliver the page',
  evidence: (of) =>
    of.record.evidence?.notifierErrors.filter(
      (line) => line.includes('Alertmanager to notify') || line.includes('Alertmanager gave up'),
    ),
};

export const waiting: Cause = {
  hop: 'page received',
  cause: 'the alert was grouped and waiting',
  evidence: (of) => {
    const [first] = held(of).toSorted((a, b) => a.receivedAt - b.receivedAt);
    if (!first) return undefined;
    const { route } = of.alert;
    // The group is given up with the resolution; until then it was waited for a page.
    const until = of.record.faultWindow?.revertedAt;
    const groups = route
      ? `group_wait is ${humanDuration(route.groupWaitMs)}, group_interval ${humanDuration(route.groupIntervalMs)}`
      : 'the route is not known';
    const waited =
      until === undefined ? '' : `, ${humanDuration(until - first.receivedAt)} before the fault was reverted`;
    return [`Alertmanager got it at ${new Date(first.receivedAt).toISOString()}${waited}`, groups];
  },
};
