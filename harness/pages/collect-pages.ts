import type { Delivery, Notification, Page } from '../../core/record.ts';
import { receiverNames } from '../../core/scenario.ts';
import type { Delivery as Received } from '../../signals/receivers/receivers.ts';
import type { Listeners } from '../stack/listeners.ts';
import { contactPointsOf, type KnownContactPoint } from './known-contact-points.ts';
import { correlate, notificationsOf, notifiedPages } from './notifications.ts';

/** What every receiver got, in order of arrival, and what the managers say of it, as the record keeps it. */
export function collectPages({
  listeners: { receivers, observer },
  contactPoints,
}: {
  readonly listeners: Pick<Listeners, 'receivers' | 'observer'>;
  readonly contactPoints: readonly KnownContactPoint[];
}): {
  deliveries: Delivery[];
  pages: Page[];
  notifications: Notification[];
} {
  const all = receivers.flatMap((receiver) => receiver.deliveries()).sort((a, b) => a.at - b.at);
  const observations = observer.observations();
  const of = correlate(all, observations, contactPoints);
  return {
    deliveries: all.map(deliveryOf),
    // Pages of a refused delivery reached nobody; the delivery itself stays as evidence.
    pages: all.flatMap((delivery, index) => {
      if (!delivery.accepted) return [];
      const read = pagesOf(delivery, index);
      const names = contactPointsOf(delivery, contactPoints);
      const notification = of.get(index);
      const observation = notification === undefined ? undefined : observations[notification];
      if (notification === undefined || !observation)
        return read.map((page) => ({ ...page, contactPoints: names }));
      const through = names.length > 0 ? names : [observation.contactPoint];
      return notifiedPages(read, delivery, observation, index, notification).map((page) => ({
        ...page,
        contactPoints: through,
      }));
    }),
    notifications: notificationsOf(all, observations, of),
  };
}

export function pagesOf({ pages }: Received, index: number): Page[] {
  return pages.map((page) => ({
    receiver: receiverNamed(page.receiver),
    receivedAt: page.at,
    monotonicMs: page.monotonicMs,
    status: page.status,
    alert: page.alertname ?? '',
    labels: { ...page.labels },
    annotations: { ...page.annotations },
    ...(page.startsAt === undefined ? {} : { startsAt: page.startsAt }),
    links: page.links.map(({ url }) => url),
    ...(page.silent ? { silent: true } : {}),
    ...(page.severity === undefined ? {} : { severity: page.severity }),
    ...(page.dedupKey === undefined ? {} : { dedupKey: page.dedupKey }),
    ...(page.incident === undefined ? {} : { incident: page.incident }),
    delivery: index,
    title: page.title,
    text: page.text,
    precision: page.precision,
  }));
}

const deliveryOf = ({
  receiver,
  at,
  monotonicMs,
  path,
  body,
  outcome,
  response,
  message,
  texts,
}: Received): Delivery => ({
  receiver: receiverNamed(receiver),
  at,
  monotonicMs,
  path,
  body,
  responseStatus: response?.status ?? 0,
  responseBody: response?.body ?? outcome,
  ...(message
    ? { message: { text: message.text, entities: message.entities.map((entity) => ({ ...entity })) } }
    : {}),
  ...(texts ? { texts: texts.map((one) => ({ ...one })) } : {}),
});

function receiverNamed(name: string): (typeof receiverNames)[number] {
  const found = receiverNames.find((known) => known === name);
  if (!found) throw new Error(`no receiver ${name}`);
  return found;
}
