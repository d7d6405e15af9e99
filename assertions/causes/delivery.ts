import { alertmanagerKinds, type ReceiverName, receiverKinds } from '../../core/receivers/receivers.ts';
import type { AlertEvidence, AlertmanagerAlert, Delivery } from '../../core/record.ts';
import { labelsText } from '../labels-text.ts';
import { carries, isAbout, throughText } from '../pages.ts';
import { type Case, type Cause, firedSince, notifierOf } from './case.ts';
import { attemptsOf, failuresOf } from './notified.ts';
import { relabelled } from './relabelled.ts';

/* Causes between a firing alert and the page. */

/**
 * What the notifier held of the alert since the injection: of several alerts of the name, those that have the labels
 * that are expected.
 */
export const held = (of: Case): AlertmanagerAlert[] => {
  const { alert, injectedAt } = of;
  const since = alert.alertmanager.filter(({ startsAt }) => startsAt >= injectedAt);
  const all = since.length > 0 ? since : alert.alertmanager;
  const own = all.filter((one) => isExpected(of, one));
  return own.length > 0 ? own : all;
};

export const isExpected = ({ expectation }: Case, one: Pick<AlertmanagerAlert, 'labels'>): boolean =>
  expectation.kind === 'page' && carries(one, expectation.labels);

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
    return found.flatMap((alert) => [
      `{${labelsText(alert.labels)}} is ${word} by ${by(alert).map(nameOf(alert)).join(', ')}`,
      ...(word === 'inhibited' ? inhibitionLines(alert) : []),
    ]);
  },
});

/** An inhibiting alert by its name and labels, where a look has shown it. */
const nameOf =
  ({ inhibitors = [] }: AlertmanagerAlert) =>
  (id: string): string => {
    const { labels } = inhibitors.find(({ fingerprint }) => fingerprint === id) ?? {};
    if (!labels) return id;
    const { alertname = '(no alert name)', ...rest } = labels;
    return `${alertname} {${labelsText(rest)}}`;
  };

/** The rule by which it was inhibited, and what would have kept the two alerts apart. */
function inhibitionLines({ inhibitors = [], labels: target }: AlertmanagerAlert): string[] {
  return inhibitors.flatMap(({ labels: source, rule }) => {
    if (!source || !rule) return [];
    const text = `inhibit_rules[${rule.index}]: source {${rule.source.join(', ')}}, target {${rule.target.join(', ')}}, equal [${rule.equal.join(', ')}]`;
    const absent = rule.equal.filter((name) => source[name] === undefined && target[name] === undefined);
    const differing = Object.keys(target).filter(
      (name) => name !== 'alertname' && source[name] !== target[name],
    );
    return [
      text,
      ...(absent.length > 0
        ? [`neither alert has ${absent.join(' or ')}, and a label that both lack counts as equal`]
        : []),
      ...(differing.length > 0
        ? [`equal does not name ${differing.join(', ')}, in which the two alerts differ`]
        : []),
    ];
  });
}

export const inhibited = suppressed('the alert was inhibited', 'inhibited', (a) => a.inhibitedBy);
export const silenced = suppressed('the alert was silenced', 'silenced', (a) => a.silencedBy);
export const muted = suppressed(
  (of) => `the alert was muted by ${[...new Set(held(of).flatMap(({ mutedBy }) => mutedBy))].join(', ')}`,
  'muted',
  (a) => a.mutedBy,
);

/** Whether a message has a name as a whole word; for records that do not know what a message stands for. */
export const mentions = ({ body }: Delivery, name: string): boolean =>
  new RegExp(
    `(?<![\\p{L}\\p{N}_])${name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}(?![\\p{L}\\p{N}_])`,
    'u',
  ).test(body);

/** Where a message was cut: a manager shortens what is too long to the vendor's limit and ends it with a sign. */
export function cutAt({ receiver, body, message }: Delivery): number | undefined {
  const { cut } = receiverKinds[receiver];
  if (!cut) return undefined;
  const sent = cut.textOf(body) ?? message?.text ?? body;
  return /…\s*$/.test(sent) && [...sent].length >= cut.characters - 1 ? cut.characters : undefined;
}

/** What a refusal says about the contact point. */
function meaningOf(delivery: Delivery): string[] {
  const { receiver, responseStatus: status, responseBody: body } = delivery;
  const meaning = receiverKinds[receiver].refusalMeans?.({ status, body }, cutAt(delivery) !== undefined);
  return meaning === undefined ? [] : [meaning];
}

export const refused: Cause = {
  hop: 'page received',
  cause: ({ alert }) =>
    alert.manager === 'grafana'
      ? 'the contact point was refused by its receiver'
      : 'the receiver refused the page',
  evidence: (of) => {
    const receiver = receiverOf(of);
    const isRefused = ({ responseStatus }: Delivery) => responseStatus >= 400 || responseStatus === 0;
    const tried = of.record.notifications
      ? attemptsOf(of)
      : of.record.deliveries.filter(
          (delivery) =>
            delivery.receiver === receiver &&
            delivery.at >= of.injectedAt &&
            mentions(delivery, of.expectation.alert),
        );
    const found = tried.filter(isRefused).slice(0, 5);
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

const notifierKeys = new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(
  alertmanagerKinds.map(({ alertmanager }) => alertmanager.key),
);

/** A receiver of Alertmanager's may have no notifier at all; what goes there reaches nobody. */
export const noNotifier: Cause = {
  hop: 'page received',
  cause: 'the alert was routed to a receiver without any notifier',
  evidence: (of) => {
    const { contactPoints = [], route } = of.alert;
    const names = [...new Set(held(of).flatMap(({ receivers }) => receivers))];
    const kindsOf = (name: string) => contactPoints.find((point) => point.name === name)?.kinds;
    if (names.length === 0 || !names.every((name) => kindsOf(name)?.length === 0)) return undefined;
    return [
      `${notifierOf(of)} sends it to ${names.join(', ')}, which notifies nobody: it has no ${notifierKeys}`,
      ...(route ? [`the route taken: ${route.path.join(' → ')} → ${route.receiver}`] : []),
      ...new Set(held(of).flatMap(({ labels }) => relabelled(of.alert, labels))),
      `there are: ${contactPointsText(contactPoints)}`,
    ];
  },
};

/** By the configuration; of a record that does not have it, a name is all that is known. */
function leadsTo(name: string, receiver: ReceiverName, { contactPoints }: AlertEvidence): boolean {
  const kinds = contactPoints?.find((point) => point.name === name)?.kinds;
  if (kinds) return kinds.includes(receiver);
  return contactPoints === undefined && name.toLowerCase().includes(receiver);
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
      ...new Set(held(of).flatMap(({ labels }) => relabelled(alert, labels))),
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
  evidence: (of) => {
    const { alert, record } = of;
    if (record.evidence?.failedNotifications) return failuresOf(of).map(failureText);
    const who = alert.manager === 'grafana' ? 'Grafana' : 'Alertmanager';
    const failed = [`${who} to notify`, `${who} gave up`, `${who}: contact point`];
    return record.evidence?.notifierErrors.filter(
      (line) =>
        failed.some((words) => line.includes(words)) &&
        /(?:through |contact point .*\()(\w+)/.exec(line)?.[1] === receiverOf(of),
    );
  },
};

type Failure = ReturnType<typeof failuresOf>[number];

export const failureText = ({ at, contactPoint, kind, index, message }: Failure): string =>
  `${new Date(at).toISOString()} ${contactPoint === undefined ? kind : `${contactPoint}/${kind}[${index ?? 0}]`}: ${message}`;
