import type { Delivery, Notification, Page } from '../../core/record.ts';
import type { Observation } from '../../signals/receivers/observer.ts';
import type { ReceivedDelivery } from '../../signals/receivers/receivers.ts';
import type { Listeners } from '../stack/listeners.ts';
import { contactPointsOf, type KnownContactPoint, partsOf } from './known-contact-points.ts';
import { contactPointOf, correlate, notifiedPages, recordedNotifications } from './notifications.ts';

/** Returns the deliveries of all receivers in order of arrival, their pages, and the managers' notifications. */
export function collectPages({
  listeners: { receivers, observer },
  contactPoints,
}: {
  readonly listeners: Pick<Listeners, 'receivers' | 'observer'>;
  readonly contactPoints: readonly KnownContactPoint[];
}): {
  deliveries: Delivery[];
  pages: Page[];
  /** Absent without an observer. */
  notifications?: Notification[];
} {
  const all = receivers.flatMap((receiver) => receiver.deliveries()).sort((a, b) => a.at - b.at);
  const observations = observer?.observations() ?? [];
  const notificationOfDelivery = correlate(all, observations, contactPoints);
  return {
    deliveries: all.map((delivery, index) => {
      const observation = observations[notificationOfDelivery.get(index) ?? -1];
      const { fills } = (observation && contactPointOf(observation, contactPoints)) ?? {};
      return deliveryOf(delivery, fills?.[statusOf(observation)]);
    }),
    // A refused delivery reached nobody, so it has no pages. It stays in the record as evidence.
    pages: all.flatMap((delivery, index) => {
      if (!delivery.accepted || delivery.auxiliary) return [];
      const read = pagesOf(delivery, index);
      const names = contactPointsOf(delivery, contactPoints);
      const notification = notificationOfDelivery.get(index);
      const observation = notification === undefined ? undefined : observations[notification];
      if (notification === undefined || !observation)
        return read.map((page) => ({ ...page, contactPoints: names }));
      const through = names.length > 0 ? names : [observation.contactPoint];
      return notifiedPages(read, delivery, observation, index, notification).map((page) => ({
        ...page,
        contactPoints: through,
      }));
    }),
    ...(observer ? { notifications: recordedNotifications(all, observations, notificationOfDelivery) } : {}),
  };
}

/** The pages of a message according to its text, without the manager's notification. */
const pagesOf = ({ pages, receiver, at, monotonicMs }: ReceivedDelivery, delivery: number): Page[] =>
  pages.map((page) => ({ receiver, receivedAt: at, monotonicMs, ...page, delivery }));

/** A message counts as resolved only if none of its alerts fires. */
const statusOf = ({ alerts }: Pick<Observation, 'alerts'> = { alerts: [] }) =>
  alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved';

const deliveryOf = (
  { accepted: _, pages: __, destination: ___, auxiliary: ____, texts, ...delivery }: ReceivedDelivery,
  fills: Readonly<Record<string, boolean>> = {},
): Delivery => ({ ...delivery, ...(texts ? { texts: partsOf(texts, fills) } : {}) });
