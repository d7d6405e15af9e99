import type { ExposedSample } from './exposition.ts';
import { type Labels, labelsKey } from './series.ts';

/** A counter of a component's own trouble, with what it counts as a reader would say it. */
export interface Counter {
  readonly what: string;
  readonly key: string;
  readonly count: number;
}

/** What each counter says, after "N ". Names as in the sources of Prometheus 3 and Alertmanager 0.28. */
type Wording = Readonly<Record<string, (labels: Labels) => string>>;

const about = (labels: Labels): string => {
  const told = [labels.receiver_name && `receiver ${labels.receiver_name}`, labels.reason].filter(Boolean);
  return `${labels.integration ?? '?'}${told.length > 0 ? ` (${told.join(', ')})` : ''}`;
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
  // Counts attempts: it rises while Alertmanager still retries, long before a notification counts as failed.
  alertmanager_notification_requests_failed_total: (labels) =>
    `failed attempts of Alertmanager to notify through ${about(labels)}`,
};

/** Grafana counts in its own namespace; `integration` is the kind of contact point. */
const grafanaWording: Wording = {
  grafana_alerting_rule_evaluation_failures_total: () => 'failed rule evaluations in Grafana',
  grafana_alerting_notifications_failed_total: (labels) =>
    `notifications that Grafana gave up on through ${about(labels)}`,
  grafana_alerting_notification_requests_failed_total: (labels) =>
    `failed attempts of Grafana to notify through ${about(labels)}`,
};

function pick(samples: readonly ExposedSample[], wording: Wording): Counter[] {
  return samples.flatMap(({ name, labels, value }) => {
    const say = wording[name];
    return say ? [{ what: say(labels), key: name + labelsKey(labels), count: value }] : [];
  });
}

export const prometheusTrouble = (samples: readonly ExposedSample[]) => pick(samples, prometheusWording);
export const alertmanagerTrouble = (samples: readonly ExposedSample[]) => pick(samples, alertmanagerWording);
export const grafanaTrouble = (samples: readonly ExposedSample[]) => pick(samples, grafanaWording);

/**
 * What went wrong between two readings, one sentence for each counter that rose. A component that was
 * restarted in between counts from 0 again, so a counter that fell tells all that it holds.
 */
export function troubleSince(before: readonly Counter[], after: readonly Counter[]): string[] {
  const was = new Map(before.map(({ key, count }) => [key, count]));
  return after.flatMap(({ key, what, count }) => {
    const old = was.get(key) ?? 0;
    const more = count < old ? count : count - old;
    return more > 0 ? [`${more} ${what}`] : [];
  });
}
