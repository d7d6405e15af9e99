import type { Delivery, Notification, Page } from '../../core/record.ts';
import type { ReceivedDelivery } from '../../signals/receivers/receivers.ts';
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

/** The pages of a message by what it shows alone. */
const pagesOf = ({ pages, receiver, at, monotonicMs }: ReceivedDelivery, delivery: number): Page[] =>
  pages.map((page) => ({ receiver, receivedAt: at, monotonicMs, ...page, delivery }));

const deliveryOf = ({ accepted: _, pages: __, destination: ___, ...delivery }: ReceivedDelivery): Delivery =>
  delivery;
