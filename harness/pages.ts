import type { Delivery, Page } from '../core/record.ts';
import { receiverNames } from '../core/scenario.ts';
import type { Delivery as Received } from '../signals/receivers/receivers.ts';
import { contactPointsOf } from './contact-points.ts';
import type { Parts } from './parts.ts';

/** What every receiver got, in order of arrival, as the record keeps it. */
export function collectPages({ receivers, contactPoints }: Pick<Parts, 'receivers' | 'contactPoints'>): {
  deliveries: Delivery[];
  pages: Page[];
} {
  const all = receivers.flatMap((receiver) => receiver.deliveries()).sort((a, b) => a.at - b.at);
  return {
    deliveries: all.map(deliveryOf),
    // Pages of a refused delivery reached nobody; the delivery itself stays as evidence.
    pages: all.flatMap((delivery, index) => {
      if (!delivery.accepted) return [];
      const names = contactPointsOf(delivery, contactPoints);
      return pagesOf(delivery, index).map((page) => ({ ...page, contactPoints: names }));
    }),
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
