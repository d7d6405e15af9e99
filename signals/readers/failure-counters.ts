import { type Labels, labelsKey } from '../../core/labels.ts';
import type { ExposedSample } from './exposition.ts';

/** A component's counter of its own failures, with a text that describes them. */
export interface Counter {
  readonly what: string;
  readonly key: string;
  readonly count: number;
}

/** The text of each counter, after "N ". Names as in the sources of Prometheus 3 and Alertmanager 0.28. */
type Wording = Readonly<Record<string, (labels: Labels) => string>>;

const about = (labels: Labels): string => {
  const details = [labels.receiver_name && `receiver ${labels.receiver_name}`, labels.reason].filter(Boolean);
  return `${labels.integration ?? '?'}${details.length > 0 ? ` (${details.join(', ')})` : ''}`;
};

const prometheusWording: Wording = {
  prometheus_notifications_dropped_total: ({ alertmanager }) =>
    `alerts dropped by Prometheus before they reached Alertmanager${alertmanager ? ` ${alertmanager}` : ''}`,
  prometheus_notifications_errors_total: ({ alertmanager = '?' }) =>
    `alerts in requests that Prometheus failed to send to Alertmanager ${alertmanager}`,
  prometheus_rule_evaluation_failures_total: ({ rule_group = '?' }) =>
    `failed rule evaluations in group ${rule_group}`,
};

const alertmanagerWording: Wording = {
  alertmanager_notifications_failed_total: (labels) =>
    `notifications that Alertmanager gave up on through ${about(labels)}`,
  // Counts attempts: it rises while Alertmanager still retries, before the notification counts as failed.
  alertmanager_notification_requests_failed_total: (labels) =>
    `failed attempts of Alertmanager to notify through ${about(labels)}`,
};

/** Grafana's metrics have their own prefix; `integration` is the kind of contact point. */
const grafanaWording: Wording = {
  grafana_alerting_rule_evaluation_failures_total: () => 'failed rule evaluations in Grafana',
  grafana_alerting_notifications_failed_total: (labels) =>
    `notifications that Grafana gave up on through ${about(labels)}`,
  grafana_alerting_notification_requests_failed_total: (labels) =>
    `failed attempts of Grafana to notify through ${about(labels)}`,
};

function pick(samples: readonly ExposedSample[], wording: Wording): Counter[] {
  return samples.flatMap(({ name, labels, value }) => {
    const text = wording[name];
    return text ? [{ what: text(labels), key: name + labelsKey(labels), count: value }] : [];
  });
}

export const prometheusFailures = (samples: readonly ExposedSample[]) => pick(samples, prometheusWording);
export const alertmanagerFailures = (samples: readonly ExposedSample[]) => pick(samples, alertmanagerWording);
export const grafanaFailures = (samples: readonly ExposedSample[]) => pick(samples, grafanaWording);

/** How much a counter rose. If it fell, the component was restarted, and the whole new value counts. */
const riseOf = (before = 0, after: number): number => (after < before ? after : after - before);

/** The failures between two readings, one text per counter that rose. */
export function failuresSince(before: readonly Counter[], after: readonly Counter[]): string[] {
  const previous = new Map(before.map(({ key, count }) => [key, count]));
  return after.flatMap(({ key, what, count }) => {
    const more = riseOf(previous.get(key), count);
    return more > 0 ? [`${more} ${what}`] : [];
  });
}

/** Numbers of requests of Alertmanager's notifiers. */
export interface NotifierRequests {
  readonly sent: number;
  readonly failed: number;
}

/** The requests of Alertmanager's notifiers so far, by integration. */
export function notifierRequests(samples: readonly ExposedSample[]): ReadonlyMap<string, NotifierRequests> {
  const found = new Map<string, NotifierRequests>();
  for (const { name, labels, value } of samples) {
    const counted = requestCounters[name];
    const { integration } = labels;
    if (counted === undefined || integration === undefined) continue;
    const { sent, failed } = found.get(integration) ?? { sent: 0, failed: 0 };
    const isSent = counted === 'sent';
    found.set(integration, { sent: sent + (isSent ? value : 0), failed: failed + (isSent ? 0 : value) });
  }
  return found;
}

const requestCounters: Readonly<Record<string, keyof NotifierRequests>> = {
  alertmanager_notification_requests_total: 'sent',
  alertmanager_notification_requests_failed_total: 'failed',
};

/**
 * How many requests were accepted between two readings. The counters rise one after the other, so a failed request may be
 * in `sent` one reading before it is in `failed`: the difference then falls, though nothing was restarted.
 */
export const acceptedSince = (before: NotifierRequests | undefined, after: NotifierRequests): number =>
  riseOf(before?.sent, after.sent) - riseOf(before?.failed, after.failed);
