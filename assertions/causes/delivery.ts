import type { AlertEvidence, AlertmanagerAlert, Delivery } from '../../core/record.ts';
import type { ReceiverName } from '../../core/scenario.ts';
import { labelsText } from '../checks.ts';
import { isAbout, throughText } from '../pages.ts';
import { type Case, type Cause, firedSince, notifierOf } from './case.ts';

/* Causes between a firing alert and the page. */

/** What the notifier held of the alert since the injection. */
export const held = ({ alert, injectedAt }: Case): AlertmanagerAlert[] => {
  const since = alert.alertmanager.filter(({ startsAt }) => startsAt >= injectedAt);
  return since.length > 0 ? since : alert.alertmanager;
};

export const receiverOf = ({ expectation }: Case) =>
  expectation.kind === 'page' ? expectation.receiver : undefined;

export const notSent: Cause = {
  hop: 'notifier sent',
  cause: (of) => `${notifierOf(of)} never got the alert`,
  evidence: (of) =>
    held(of).length > 0
      ? undefined
      : [
          `firing since ${new Date(firedSince(of)[0]?.from ?? 0).toISOString()}, and never seen in ${notifierOf(of)}`,
          ...(of.record.evidence?.notifierErrors ?? []),
        ],
};

const suppressed = (
  cause: Cause['cause'],
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
export const muted = suppressed(
  (of) => `the alert was muted by ${[...new Set(held(of).flatMap(({ mutedBy }) => mutedBy))].join(', ')}`,
  'muted',
  (a) => a.mutedBy,
);

export const mentions = (delivery: Delivery, name: string) => delivery.body.includes(name);

/** What a vendor's refusal says about the contact point. */
function meaningOf({ receiver, responseStatus, responseBody }: Delivery): string[] {
  if (receiver !== 'telegram') return [];
  if (responseStatus === 401 || responseStatus === 404) return ["the contact point's bot token is wrong"];
  if (responseBody.includes("can't parse entities")) {
    return ["the message's template lets through what its parse_mode reads as markup, such as a bare <"];
  }
  return responseBody.includes('chat not found') ? ["the contact point's chat id is wrong"] : [];
}

export const refused: Cause = {
  hop: 'page received',
  cause: ({ alert }) =>
    alert.manager === 'grafana'
      ? 'the contact point was refused by its receiver'
      : 'the receiver refused the page',
  evidence: (of) => {
    const receiver = receiverOf(of);
    const found = of.record.deliveries
      .filter(
        (delivery) =>
          delivery.receiver === receiver &&
          delivery.at >= of.injectedAt &&
          (delivery.responseStatus >= 400 || delivery.responseStatus === 0) &&
          mentions(delivery, of.expectation.alert),
      )
      .slice(0, 5);
    return [
      ...found.map(({ path, responseStatus, responseBody, at }) =>
        `${new Date(at).toISOString()} ${receiver} ${path}: ${responseStatus || 'no answer'} ${responseBody}`.trim(),
      ),
      ...new Set(found.flatMap(meaningOf)),
    ];
  },
};

const contactPointsText = (points: NonNullable<AlertEvidence['contactPoints']>): string =>
  points.map(({ name, kinds }) => `${name} (${kinds.join(', ') || 'nothing'})`).join(', ') || 'none';

/** No contact point of Grafana's leads to the receiver, so that no policy could. */
export const contactPointMissing: Cause = {
  hop: 'page received',
  cause: 'the contact point is not there',
  evidence: (of) => {
    const receiver = receiverOf(of);
    const { contactPoints, manager } = of.alert;
    if (!receiver || !contactPoints || manager !== 'grafana') return undefined;
    if (contactPoints.some(({ kinds }) => kinds.includes(receiver))) return undefined;
    const names = [...new Set(held(of).flatMap(({ receivers }) => receivers))];
    return [
      `no contact point of Grafana leads to ${receiver}; there are: ${contactPointsText(contactPoints)}`,
      `it sends the alert to ${names.join(', ') || 'no contact point'}`,
    ];
  },
};

/** Nobody outside can be reached from a drill, whatever address a contact point has. */
export const ledOutside: Cause = {
  hop: 'page received',
  cause: 'the contact point leads to a host that the drill does not emulate',
  evidence: ({ alert, record, injectedAt }) =>
    alert.manager === 'grafana'
      ? (record.evidence?.refusedHosts ?? [])
          .filter(({ at }) => at >= injectedAt)
          .slice(0, 5)
          .map(({ at, target, reason }) => `${new Date(at).toISOString()} ${target}: ${reason}`)
      : undefined,
};

/** By the configuration; a name that it does not have is all that is known. */
function leadsTo(name: string, receiver: ReceiverName, { contactPoints = [] }: AlertEvidence): boolean {
  const kinds = contactPoints.find((point) => point.name === name)?.kinds;
  return kinds ? kinds.includes(receiver) : name.toLowerCase().includes(receiver);
}

export const routedElsewhere: Cause = {
  hop: 'page received',
  cause: 'the alert was routed elsewhere',
  evidence: (of) => {
    const { expectation, record, alert } = of;
    if (expectation.kind !== 'page') return undefined;
    const { receiver, contactPoint } = expectation;
    const names = [...new Set(held(of).flatMap(({ receivers }) => receivers))];
    const isRight =
      contactPoint === undefined
        ? names.some((name) => leadsTo(name, receiver, alert))
        : names.includes(contactPoint);
    if (isRight) return undefined;
    const { route } = alert;
    const elsewhere = record.pages.filter(
      (page) => page.alert === expectation.alert && page.status === 'firing' && !isAbout(page, expectation),
    );
    return [
      `${notifierOf(of)} sends it to ${names.join(', ') || 'no receiver'}, not to ${contactPoint ?? receiver}`,
      ...(route ? [`the route taken: ${route.path.join(' → ')} → ${route.receiver}`] : []),
      ...new Set(
        elsewhere.map((page) =>
          contactPoint === undefined
            ? `its page arrived at ${page.receiver}`
            : `its page arrived at ${page.receiver} ${throughText(page)}`,
        ),
      ),
    ];
  },
};

export const notDelivered: Cause = {
  hop: 'page received',
  cause: (of) => `${notifierOf(of)} could not deliver the page`,
  evidence: ({ alert, record }) => {
    const who = alert.manager === 'grafana' ? 'Grafana' : 'Alertmanager';
    const failed = [`${who} to notify`, `${who} gave up`, `${who}: contact point`];
    return record.evidence?.notifierErrors.filter((line) => failed.some((words) => line.includes(words)));
  },
};
