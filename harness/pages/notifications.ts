import { isAccepted } from '../../core/deliveries.ts';
import { broken } from '../../core/errors.ts';
import { parseObject } from '../../core/receivers/protocol.ts';
import { receiverKinds } from '../../core/receivers/receivers.ts';
import { visibleText } from '../../core/receivers/visible-text.ts';
import type { Notification, Page, Unjudged } from '../../core/record.ts';
import type { Observation } from '../../signals/receivers/observer.ts';
import type { ReceivedDelivery } from '../../signals/receivers/receivers.ts';
import { shownAlerts, similarity } from '../../signals/receivers/shown-alerts.ts';
import type { KnownContactPoint } from './known-contact-points.ts';

/**
 * A manager sends through all notifiers of a contact point at the same time. On a busy machine, or with the first
 * connection through the proxy, the receiver and the observer may get their messages this far apart.
 */
const sameFlushMs = 5_000;

interface Pair {
  readonly delivery: number;
  readonly observation: number;
  readonly score: number;
  readonly apartMs: number;
}

/**
 * Assigns each delivery to the notification that it carries, by notifier, time and content. Returns the index of the
 * notification by the index of the delivery.
 *
 * First, each notification gets one delivery as its first attempt. The best matching pairs are assigned first; among equal
 * matches, the pair closest in time. Each remaining delivery is a further attempt of a notification that no receiver had
 * accepted until then.
 *
 * @param deliveries in order of arrival.
 */
export function correlate(
  deliveries: readonly ReceivedDelivery[],
  observations: readonly Observation[],
  contactPoints: readonly KnownContactPoint[],
): Map<number, number> {
  const found = new Map<number, number>();
  const pairs = deliveries
    .flatMap((delivery, d) =>
      observations.flatMap((observation, o): Pair[] => {
        if (!maySendTo(observation, delivery, contactPoints)) return [];
        const score = scoreOf(delivery, observation);
        const apartMs = delivery.at - observation.at;
        return score === undefined || apartMs < -sameFlushMs
          ? []
          : [{ delivery: d, observation: o, score, apartMs }];
      }),
    )
    .toSorted((a, b) => b.score - a.score || Math.abs(a.apartMs) - Math.abs(b.apartMs));
  const withFirstAttempt = new Set<number>();
  for (const { delivery, observation, apartMs } of pairs) {
    if (Math.abs(apartMs) > sameFlushMs || found.has(delivery) || withFirstAttempt.has(observation)) continue;
    found.set(delivery, observation);
    withFirstAttempt.add(observation);
  }
  deliveries.forEach((_, d) => {
    if (found.has(d)) return;
    const taken = new Set(
      // A notifier may send a message of its own to each address, as Grafana's does for e-mail.
      [...found]
        .filter(([before]) => before < d && deliveries[before]?.accepted)
        .filter(([before]) => deliveries[before]?.destination?.digest === deliveries[d]?.destination?.digest)
        .map(([, o]) => o),
    );
    const open = pairs.filter((pair) => pair.delivery === d && !taken.has(pair.observation));
    // On a busy machine, the observer may get a notification after the first attempt. An earlier notification is more likely.
    const isLater = ({ apartMs }: Pair) => Number(apartMs < 0);
    const [best] = open.toSorted(
      (a, b) => isLater(a) - isLater(b) || b.score - a.score || Math.abs(a.apartMs) - Math.abs(b.apartMs),
    );
    if (best) found.set(d, best.observation);
  });
  return found;
}

/** Whether the notifier of an observation may have sent a request to this receiver and address. */
function maySendTo(
  { manager, contactPoint, kind, index }: Observation,
  { receiver, destination, auxiliary }: ReceivedDelivery,
  contactPoints: readonly KnownContactPoint[],
): boolean {
  if (kind !== receiver || auxiliary) return false;
  const point = contactPointOf({ manager, contactPoint, kind, index }, contactPoints);
  if (!point) return true;
  const { digest = destination?.digest, detail = destination?.detail } = point;
  return digest === destination?.digest && detail === destination?.detail;
}

/** Returns the contact point of the configuration to which a notifier belongs. */
export const contactPointOf = (
  { manager, contactPoint, kind, index }: Pick<Observation, 'manager' | 'contactPoint' | 'kind' | 'index'>,
  contactPoints: readonly KnownContactPoint[],
): KnownContactPoint | undefined =>
  contactPoints.filter(
    (point) =>
      point.name === contactPoint &&
      point.kind === kind &&
      (point.manager === 'grafana') === (manager === 'grafana'),
  )[index];

/** How well a request matches a notification; `undefined` when it belongs to another one. */
function scoreOf(delivery: ReceivedDelivery, observation: Observation): number | undefined {
  const { alerts } = observation;
  const { belongsTo: isOf, carriesAlerts } = receiverKinds[delivery.receiver];
  const text = visibleText(delivery);
  if (isOf) {
    if (!isOf(parseObject(delivery.body) ?? {}, delivery.pages, observation)) return undefined;
    return 1 + (carriesAlerts ? delivery.pages.length / alerts.length : similarity(alerts, text));
  }
  const firing = alerts.filter(({ status }) => status === 'firing').length;
  const [, word, count] = /\[(FIRING|RESOLVED)(?::(\d+))?/i.exec(text) ?? [];
  // Users' templates may imitate the default subject with other numbers, so these numbers are only a hint.
  const right =
    word === undefined || (word.toUpperCase() === 'FIRING') === firing > 0
      ? Number(count === undefined || Number(count) === firing)
      : -1;
  return similarity(alerts, text) + right / 4;
}

/** Returns the managers' notifications for the record, each with the indexes of the deliveries that carried it. */
export function recordedNotifications(
  deliveries: readonly ReceivedDelivery[],
  observations: readonly Observation[],
  notificationOfDelivery: ReadonlyMap<number, number>,
): Notification[] {
  return observations.map(({ alerts, ...observation }, index) => {
    const attempts = [...notificationOfDelivery].filter(([, o]) => o === index).map(([d]) => d);
    const carried = attempts.find((d) => deliveries[d]?.accepted);
    return {
      ...observation,
      alerts: alerts.map((alert) => ({
        ...alert,
        labels: { ...alert.labels },
        annotations: { ...alert.annotations },
      })),
      ...(carried === undefined ? {} : { delivery: carried }),
      ...(attempts.length > 0 ? { attempts } : {}),
    };
  });
}

/** Returns a page for each alert of the notification, with whether the message shows the alert. */
export function notifiedPages(
  read: readonly Page[],
  delivery: ReceivedDelivery,
  { alerts }: Observation,
  index: number,
  notification: number,
): Page[] {
  const { carriesAlerts } = receiverKinds[delivery.receiver];
  const exact = new Set(delivery.pages.map(({ dedupKey }) => dedupKey));
  const [first] = read;
  // The vendor shows what belonged to the incident that it closes, whatever the last message says.
  const closesIncident =
    first?.incident === 'resolved' && alerts.every(({ status }) => status === 'resolved');
  const shown = carriesAlerts
    ? alerts.map(({ fingerprint }) => exact.has(fingerprint))
    : shownAlerts(alerts, visibleText(delivery)).map((isShown) => isShown || closesIncident);
  return alerts.map((alert, i): Page => {
    const own = readPageFor(read, alert.labels);
    // Severity and incident apply to the whole message. A message that carries alerts as data has a key for each alert.
    const { severity, incident, dedupKey } = own ?? first ?? {};
    const key = carriesAlerts ? alert.fingerprint : dedupKey;
    const links = own?.links ?? [...new Set(read.flatMap((page) => page.links))];
    return {
      receiver: delivery.receiver,
      receivedAt: delivery.at,
      monotonicMs: delivery.monotonicMs,
      status: alert.status,
      alert: alert.labels.alertname ?? '',
      labels: { ...alert.labels },
      annotations: { ...alert.annotations },
      startsAt: alert.startsAt,
      links: shown[i] ? links : [],
      ...(read.some(({ silent }) => silent) ? { silent: true } : {}),
      ...(severity === undefined ? {} : { severity }),
      ...(key === undefined ? {} : { dedupKey: key }),
      ...(incident === undefined ? {} : { incident }),
      delivery: index,
      title: (own ?? first)?.title ?? '',
      text: (own ?? first)?.text ?? '',
      precision: 'exact',
      notification,
      shown: shown[i] ?? false,
    };
  });
}

/** Returns the page that was read from the message for this alert. If there is only one page, it stands for every alert. */
function readPageFor(read: readonly Page[], labels: Page['labels']): Page | undefined {
  if (read.length === 1) return read[0];
  const agreeing = (page: Page) =>
    Object.entries(page.labels).every(
      ([name, value]) => labels[name] === undefined || labels[name] === value,
    );
  return read.find((page) => page.alert === labels.alertname && agreeing(page));
}

/**
 * Requires that the managers sent notifications to the observer. Without them, the drill would have to guess which alerts a
 * message is about.
 *
 * @throws FiredrillError `broken` when a receiver accepted a message and the observer got no notification.
 */
export function requireObserved({ deliveries, notifications = [] }: Unjudged): void {
  const taken = deliveries.some(isAccepted);
  if (notifications.length > 0 || !taken) return;
  throw broken(
    'observer',
    'messages arrived at the receivers, but no notification arrived at the observer',
    "look in the managers' logs for errors of the webhooks that lead to /notifier",
  );
}
