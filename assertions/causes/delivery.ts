import { answerText, isAccepted } from '../../core/deliveries.ts';
import { hasLabels, type Labels, labelsText } from '../../core/labels.ts';
import { type ReceiverName, receiverKinds } from '../../core/receivers/receivers.ts';
import type {
  AlertEvidence,
  AlertmanagerAlert,
  Delivery,
  InhibitRule,
  SilenceEvidence,
} from '../../core/record.ts';
import { contactPointText, isAbout } from '../pages.ts';
import { type Case, type Cause, firedSince, notifierOf } from './case.ts';
import { missedRouteText } from './missed-route.ts';
import { relabelled } from './relabelling.ts';
import { attemptsOf, notificationFailures } from './sent-notifications.ts';

/* Causes between a firing alert and the page. */

/**
 * Returns the alerts of the expected name that the notifier had since the injection. If any of them have the expected
 * labels, returns only these.
 */
export const alertsAtNotifier = (alertCase: Case): AlertmanagerAlert[] => {
  const { alert, injectedAt } = alertCase;
  const since = alert.alertmanager.filter(({ startsAt }) => startsAt >= injectedAt);
  const all = since.length > 0 ? since : alert.alertmanager;
  const own = all.filter((one) => isExpectedAlert(alertCase, one));
  return own.length > 0 ? own : all;
};

export const isExpectedAlert = ({ expectation }: Case, one: Pick<AlertmanagerAlert, 'labels'>): boolean =>
  expectation.kind === 'page' && hasLabels(one.labels, expectation.labels);

export const receiverOf = ({ expectation }: Case) =>
  expectation.kind === 'page' ? expectation.receiver : undefined;

export const notSent: Cause = {
  hop: 'notifier sent',
  cause: (alertCase) => `${notifierOf(alertCase)} never got the alert`,
  evidence: (alertCase) =>
    alertsAtNotifier(alertCase).length > 0
      ? undefined
      : [
          `firing since ${new Date(firedSince(alertCase)[0]?.from ?? 0).toISOString()}, and never seen in ${notifierOf(alertCase)}`,
          ...(alertCase.record.evidence?.notifierErrors ?? []),
        ],
};

type SuppressionWord = 'inhibited' | 'silenced' | 'muted';

const suppressionCause = (
  cause: Cause['cause'],
  word: SuppressionWord,
  by: (alert: AlertmanagerAlert) => readonly string[],
): Cause => ({
  hop: 'page received',
  cause,
  evidence: (alertCase) => {
    const all = alertsAtNotifier(alertCase);
    const found = all.filter((alert) => by(alert).length > 0);
    // If one alert of this name was not suppressed, it would have paged.
    if (found.length < all.length) return undefined;
    return [
      ...found.flatMap((alert) => suppressionLines(alert, word, by(alert))),
      ...(word === 'silenced' ? silenceLines(alertCase.record, found) : []),
    ];
  },
});

/** Describes the silences of these alerts: their authors, their ends and what they match. */
export function silenceLines({ evidence }: Case['record'], alerts: readonly AlertmanagerAlert[]): string[] {
  const ids = new Set(alerts.flatMap(({ silencedBy }) => silencedBy));
  return (evidence?.silences ?? []).filter(({ id }) => ids.has(id)).map(silenceText);
}

export const silenceText = ({ id, createdBy, comment, endsAt, matchers }: SilenceEvidence): string =>
  `silence ${id} by ${createdBy} (${comment}) on {${matchers.join(', ')}} ends at ${new Date(endsAt).toISOString()}`;

/** @param ids the inhibiting alerts, silences or mute timings. */
export const suppressedText = (
  alert: AlertmanagerAlert,
  word: SuppressionWord,
  ids: readonly string[],
): string => `{${labelsText(alert.labels)}} is ${word} by ${ids.map(nameOf(alert)).join(', ')}`;

/** As `suppressedText`, and for an inhibited alert the rules and what is wrong with their `equal`. */
export const suppressionLines = (
  alert: AlertmanagerAlert,
  word: SuppressionWord,
  ids: readonly string[],
): string[] => [suppressedText(alert, word, ids), ...(word === 'inhibited' ? inhibitionLines(alert) : [])];

/** Returns the name and labels of an inhibiting alert, or its fingerprint when the alert is not known. */
const nameOf =
  ({ inhibitors = [] }: AlertmanagerAlert) =>
  (id: string): string => {
    const { labels } = inhibitors.find(({ fingerprint }) => fingerprint === id) ?? {};
    if (!labels) return id;
    const { alertname = '(no alert name)', ...rest } = labels;
    return `${alertname} {${labelsText(rest)}}`;
  };

/** Describes the inhibition rule, and which labels in `equal` would have prevented the inhibition. */
function inhibitionLines({ inhibitors = [], labels: target }: AlertmanagerAlert): string[] {
  return inhibitors.flatMap(({ labels: source, rule }) => {
    if (!source || !rule) return [];
    const absent = lackedByBoth(rule, source, target);
    const differing = Object.keys(target).filter(
      (name) => name !== 'alertname' && source[name] !== target[name],
    );
    return [
      inhibitRuleText(rule),
      ...(absent.length > 0
        ? [`neither alert has ${absent.join(' or ')}, and a label that both lack counts as equal`]
        : []),
      ...(differing.length > 0
        ? [`equal does not name ${differing.join(', ')}, in which the two alerts differ`]
        : []),
    ];
  });
}

export const inhibitRuleText = ({ index, source, target, equal }: InhibitRule): string =>
  `inhibit_rules[${index}]: source {${source.join(', ')}}, target {${target.join(', ')}}, equal [${equal.join(', ')}]`;

/** Returns the labels in `equal` that neither alert has. */
export const lackedByBoth = ({ equal }: InhibitRule, source: Labels, target: Labels): string[] =>
  equal.filter((name) => source[name] === undefined && target[name] === undefined);

export const inhibited = suppressionCause('the alert was inhibited', 'inhibited', (a) => a.inhibitedBy);
export const silenced = suppressionCause('the alert was silenced', 'silenced', (a) => a.silencedBy);
export const muted = suppressionCause(
  (alertCase) =>
    `the alert was muted by ${[...new Set(alertsAtNotifier(alertCase).flatMap(({ mutedBy }) => mutedBy))].join(', ')}`,
  'muted',
  (a) => a.mutedBy,
);

/** Whether a message contains a name as a whole word. For records without notifications. */
export const mentions = ({ body }: Delivery, name: string): boolean =>
  new RegExp(
    `(?<![\\p{L}\\p{N}_])${name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}(?![\\p{L}\\p{N}_])`,
    'u',
  ).test(body);

/** Returns the vendor's limit if the message was truncated: a manager truncates a long message and appends `…`. */
export function cutAt({ receiver, body, message }: Delivery): number | undefined {
  return receiverKinds[receiver].cuts?.find(({ characters, textOf }) => {
    const sent = textOf(body) ?? message?.text ?? body;
    return /…\s*$/.test(sent) && [...sent].length >= characters - 1;
  })?.characters;
}

/** Explains what a refusal means for the contact point. */
export function refusalMeaning(delivery: Delivery): string[] {
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
  evidence: (alertCase) => {
    const receiver = receiverOf(alertCase);
    const tried = alertCase.record.notifications
      ? attemptsOf(alertCase)
      : alertCase.record.deliveries.filter(
          (delivery) =>
            delivery.receiver === receiver &&
            delivery.at >= alertCase.injectedAt &&
            mentions(delivery, alertCase.expectation.alert),
        );
    const found = tried.filter((delivery) => !isAccepted(delivery)).slice(0, 5);
    return [
      ...found.map(
        (delivery) =>
          `${new Date(delivery.at).toISOString()} ${receiver} ${delivery.path}: ${answerText(delivery)}`,
      ),
      ...new Set(found.flatMap(refusalMeaning)),
    ];
  },
};

const contactPointsText = (points: NonNullable<AlertEvidence['contactPoints']>): string =>
  points.map(({ name, kinds }) => `${name} (${kinds.join(', ') || 'nothing'})`).join(', ') || 'none';

/** No contact point of Grafana leads to the receiver, so no notification policy can. */
export const contactPointMissing: Cause = {
  hop: 'page received',
  cause: 'the contact point is not there',
  evidence: (alertCase) => {
    const receiver = receiverOf(alertCase);
    const { contactPoints, manager } = alertCase.alert;
    if (!receiver || !contactPoints || manager !== 'grafana') return undefined;
    if (contactPoints.some(({ kinds }) => kinds.includes(receiver))) return undefined;
    const names = [...new Set(alertsAtNotifier(alertCase).flatMap(({ receivers }) => receivers))];
    return [
      `no contact point of Grafana leads to ${receiver}; there are: ${contactPointsText(contactPoints)}`,
      `it sends the alert to ${names.join(', ') || 'no contact point'}`,
    ];
  },
};

/** A drill refuses connections to hosts that it does not emulate, whatever address a contact point has. */
export const hostNotEmulated: Cause = {
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

/** A receiver of Alertmanager may have no notifier. Alerts that are routed there reach nobody. */
export const noNotifier: Cause = {
  hop: 'page received',
  cause: 'the alert was routed to a receiver without any notifier',
  evidence: (alertCase) => {
    const { contactPoints = [], route } = alertCase.alert;
    const names = [...new Set(alertsAtNotifier(alertCase).flatMap(({ receivers }) => receivers))];
    const kindsOf = (name: string) => contactPoints.find((point) => point.name === name)?.kinds;
    if (names.length === 0 || !names.every((name) => kindsOf(name)?.length === 0)) return undefined;
    return [
      `${notifierOf(alertCase)} sends it to ${names.join(', ')}, which notifies nobody: it has no notifier, such as slack_configs`,
      ...(route ? [`the route taken: ${route.path.join(' → ')} → ${route.receiver}`] : []),
      ...new Set(alertsAtNotifier(alertCase).flatMap(({ labels }) => relabelled(alertCase.alert, labels))),
      `there are: ${contactPointsText(contactPoints)}`,
    ];
  },
};

/** Whether a contact point leads to a receiver. In a record without contact points, only its name is known. */
export function leadsTo(name: string, receiver: ReceiverName, { contactPoints }: AlertEvidence): boolean {
  const kinds = contactPoints?.find((point) => point.name === name)?.kinds;
  if (kinds) return kinds.includes(receiver);
  return contactPoints === undefined && name.toLowerCase().includes(receiver);
}

export const routedElsewhere: Cause = {
  hop: 'page received',
  cause: 'the alert was routed elsewhere',
  evidence: (alertCase) => {
    const { expectation, record, alert } = alertCase;
    if (expectation.kind !== 'page') return undefined;
    const { receiver, contactPoint } = expectation;
    const names = [...new Set(alertsAtNotifier(alertCase).flatMap(({ receivers }) => receivers))];
    const isRight =
      contactPoint === undefined
        ? names.some((name) => leadsTo(name, receiver, alert))
        : names.includes(contactPoint);
    if (isRight) return undefined;
    const { route, missedRoutes = [] } = alert;
    const nearest = missedRoutes.toSorted((a, b) => a.unmet.length - b.unmet.length).slice(0, 3);
    const at = alertsAtNotifier(alertCase);
    const elsewhere = record.pages.filter(
      (page) => page.alert === expectation.alert && page.status === 'firing' && !isAbout(page, expectation),
    );
    return [
      `${notifierOf(alertCase)} sends it to ${names.join(', ') || 'no receiver'}, not to ${contactPoint ?? receiver}`,
      ...(route ? [`the route taken: ${route.path.join(' → ')} → ${route.receiver}`] : []),
      ...new Set(at.flatMap(({ labels }) => nearest.map((missed) => missedRouteText(missed, labels)))),
      ...new Set(at.flatMap(({ labels }) => relabelled(alert, labels))),
      ...new Set(
        elsewhere.map((page) =>
          contactPoint === undefined
            ? `its page arrived at ${page.receiver}`
            : `its page arrived at ${page.receiver} ${contactPointText(page)}`,
        ),
      ),
    ];
  },
};

export const notDelivered: Cause = {
  hop: 'page received',
  cause: (alertCase) => `${notifierOf(alertCase)} could not deliver the page`,
  evidence: (alertCase) => {
    const { alert, record } = alertCase;
    if (record.evidence?.failedNotifications) return notificationFailures(alertCase).map(failureText);
    const who = alert.manager === 'grafana' ? 'Grafana' : 'Alertmanager';
    const failed = [`${who} to notify`, `${who} gave up`, `${who}: contact point`];
    return record.evidence?.notifierErrors.filter(
      (line) =>
        failed.some((words) => line.includes(words)) &&
        /(?:through |contact point .*\()(\w+)/.exec(line)?.[1] === receiverOf(alertCase),
    );
  },
};

type Failure = ReturnType<typeof notificationFailures>[number];

export const failureText = ({ at, contactPoint, kind, index, message }: Failure): string =>
  `${new Date(at).toISOString()} ${contactPoint === undefined ? kind : `${contactPoint}/${kind}[${index ?? 0}]`}: ${message}`;
