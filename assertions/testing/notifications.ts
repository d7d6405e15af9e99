import type { Delivery, Notification } from '../../core/record.ts';
import { at, pageLabels, runbookUrl, summary } from './basics.ts';

/** The scenario's alert as its manager sent it, with these changes. */
export const sent = (
  changes: Partial<Notification['alerts'][number]> = {},
): Notification['alerts'][number] => ({
  status: 'firing',
  labels: pageLabels,
  annotations: { runbook: runbookUrl, summary },
  startsAt: at(9.5),
  fingerprint: 'f1',
  ...changes,
});

/** A notification of Alertmanager's receiver slack, this many seconds after the injection. */
export const notificationAt = (seconds: number, changes: Partial<Notification> = {}): Notification => ({
  manager: 'prometheus',
  contactPoint: 'slack',
  kind: 'slack',
  index: 0,
  at: at(seconds),
  monotonicMs: seconds * 1000,
  groupKey: '{}:{}',
  alerts: [sent()],
  ...changes,
});

export const deliveryAt = (seconds: number, changes: Partial<Delivery> = {}): Delivery => ({
  receiver: 'slack',
  at: at(seconds),
  monotonicMs: seconds * 1000,
  path: '/services/T/B/x',
  body: '{"text":"a message"}',
  responseStatus: 200,
  responseBody: 'ok',
  texts: [{ field: 'attachments[0].text', text: summary }],
  ...changes,
});
