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
 * A manager sends through all notifiers of a contact point at the same time. A busy machine, or the first connection
 * through the proxy, may part them by this much.
 */
const sameFlushMs = 5_000;

interface Pair {
  readonly delivery: number;
  readonly observation: number;
  readonly score: number;
  readonly apartMs: number;
}

/**
 * Which notification each delivery is of, by index: through the same notifier, at the same time, and by what it says.
 *
 * Of each notification one delivery is the first attempt: pairs are made from the most alike on, and of those alike from
 * the closest in time on. What is left are further attempts: of a notification that had not been taken until then.
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
        if (!mayLeadTo(observation, delivery, contactPoints)) return [];
        const score = scoreOf(delivery, observation);
        const apartMs = delivery.at - observation.at;
        return score === undefined || apartMs < -sameFlushMs
          ? []
          : [{ delivery: d, observation: o, score, apartMs }];
      }),
    )
    .toSorted((a, b) => b.score - a.score || Math.abs(a.apartMs) - Math.abs(b.apartMs));
  const begun = new Set<number>();
  for (const { delivery, observation, apartMs } of pairs) {
    if (Math.abs(apartMs) > sameFlushMs || found.has(delivery) || begun.has(observation)) continue;
    found.set(delivery, observation);
    begun.add(observation);
  }
  deliveries.forEach((_, d) => {
    if (found.has(d)) return;
    const taken = new Set(
      [...found].filter(([before]) => before < d && deliveries[before]?.accepted).map(([, o]) => o),
    );
    const open = pairs.filter((pair) => pair.delivery === d && !taken.has(pair.observation));
    // The observer of a busy machine may get a notification after its first attempt, but what came before is likelier.
    const isLater = ({ apartMs }: Pair) => Number(apartMs < 0);
    const [best] = open.toSorted(
      (a, b) => isLater(a) - isLater(b) || b.score - a.score || Math.abs(a.apartMs) - Math.abs(b.apartMs),
    );
    if (best) found.set(d, best.observation);
  });
  return found;
}

/** Whether the notifier of an observation may have sent a request to where it went. */
function mayLeadTo(
  { manager, contactPoint, kind, index }: Observation,
  { receiver, destination }: ReceivedDelivery,
  contactPoints: readonly KnownContactPoint[],
): boolean {
  if (kind !== receiver) return false;
  const own = contactPoints.filter(
    (point) =>
      point.name === contactPoint &&
      point.kind === kind &&
      (point.manager === 'grafana') === (manager === 'grafana'),
  );
  const point = own[index];
  if (!point) return true;
  const { digest = destination?.digest, detail = destination?.detail } = point;
  return digest === destination?.digest && detail === destination?.detail;
}

/** How well a request fits a notification; `undefined` when it is of another. */
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
  // Templates copy the default's subject with their own numbers: these only hint.
  const right =
    word === undefined || (word.toUpperCase() === 'FIRING') === firing > 0
      ? Number(count === undefined || Number(count) === firing)
      : -1;
  return similarity(alerts, text) + right / 4;
}

/** What the managers sent, for the record; the indexes of the messages by which it was sent beside each. */
export function notificationsOf(
  deliveries: readonly ReceivedDelivery[],
  observations: readonly Observation[],
  of: ReadonlyMap<number, number>,
): Notification[] {
  return observations.map(({ alerts, ...observation }, index) => {
    const attempts = [...of].filter(([, o]) => o === index).map(([d]) => d);
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

/** The pages of a message, by what its manager says that it stands for, each with what the message shows of it. */
export function notifiedPages(
  read: readonly Page[],
  delivery: ReceivedDelivery,
  { alerts }: Observation,
  index: number,
  notification: number,
): Page[] {
  const { carriesAlerts } = receiverKinds[delivery.receiver];
  const exact = new Set(delivery.pages.map(({ dedupKey }) => dedupKey));
  const shown = carriesAlerts
    ? alerts.map(({ fingerprint }) => exact.has(fingerprint))
    : shownAlerts(alerts, visibleText(delivery));
  const [first] = read;
  return alerts.map((alert, i): Page => {
    const own = bestOf(read, alert.labels);
    // What a vendor did with the message holds for every alert in it; data tells each alert's own key.
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

/** Of the pages as they are read from the message the one about this alert; of one alone, that. */
function bestOf(read: readonly Page[], labels: Page['labels']): Page | undefined {
  if (read.length === 1) return read[0];
  const agreeing = (page: Page) =>
    Object.entries(page.labels).every(
      ([name, value]) => labels[name] === undefined || labels[name] === value,
    );
  return read.find((page) => page.alert === labels.alertname && agreeing(page));
}

/**
 * A drill to whose observer the managers do not talk would guess what messages stand for.
 *
 * @throws FiredrillError `broken`.
 */
export function requireObserved({ deliveries, notifications = [] }: Unjudged): void {
  const taken = deliveries.some(({ responseStatus }) => responseStatus >= 200 && responseStatus < 300);
  if (notifications.length > 0 || !taken) return;
  throw broken(
    'observer',
    'messages arrived, and what their managers say of them did not',
    "see the managers' logs for the webhooks that lead to /notifier",
  );
}
