import { labelsKey } from '../../core/labels.ts';
import type { AlertMoment, AlertState, AlertStates } from './alert-states.ts';
import type { GrafanaRule } from './grafana.ts';

/** One state of one alert, as seen by polling. Times are epoch milliseconds. */
export interface SeenState {
  readonly alert: string;
  readonly labels: Record<string, string>;
  readonly state: string;
  readonly reason: string;
  /** The tick of the evaluation that caused it, as Grafana reports it. */
  readonly since: number;
  /** The last poll that showed it. */
  readonly lastSeenAt: number;
  /** The first poll that showed neither it nor another state of the same alert: its series is gone. */
  readonly goneAt?: number;
}

/** A rule's error, and when a poll first showed it. */
export interface SeenError {
  readonly alert: string;
  readonly folder: string;
  readonly at: number;
  readonly message: string;
}

const ofAlert = (alert: string, labels: Record<string, string>) => `${alert} ${labelsKey(labels)}`;
const ofState = ({ alert, labels, state, since }: Omit<SeenState, 'lastSeenAt'>) =>
  `${ofAlert(alert, labels)} ${state} ${since}`;

/**
 * Adds the result of one poll. Grafana reports only the current state of an alert and its start, so earlier states are
 * known only from polls.
 *
 * @param now wall time of the poll, epoch milliseconds.
 */
export function addStates(
  known: ReadonlyMap<string, SeenState>,
  rules: readonly GrafanaRule[],
  now: number,
): Map<string, SeenState> {
  const next = new Map(known);
  const shown = new Set<string>();
  for (const { name: alert, alerts } of rules) {
    for (const { labels, state, reason, activeAt } of alerts) {
      shown.add(ofAlert(alert, labels));
      if (activeAt === undefined) continue;
      const found = { alert, labels, state, reason, since: activeAt };
      next.set(ofState(found), { ...found, lastSeenAt: now });
    }
  }
  for (const [key, seen] of known) {
    if (!shown.has(ofAlert(seen.alert, seen.labels)) && seen.goneAt === undefined) {
      next.set(key, { ...seen, goneAt: now });
    }
  }
  return next;
}

/** The alert's states, in the same format as from Prometheus' stored samples. */
export function grafanaStates(seen: Iterable<SeenState>, alert: string): AlertStates {
  const own = [...seen].filter((one) => one.alert === alert).sort((a, b) => a.since - b.since);
  const each = Map.groupBy(own, ({ labels }) => labelsKey(labels));
  const pending: AlertState[] = [];
  const firing: AlertState[] = [];
  const activations: AlertMoment[] = [];
  const ends: AlertMoment[] = [];
  for (const states of each.values()) {
    states.forEach((one, i) => {
      const [before, after] = [states[i - 1], states[i + 1]];
      const { labels, state, since, lastSeenAt, goneAt } = one;
      // Polls show a state until the evaluation at the next tick has finished.
      const stretch = {
        labels,
        from: since,
        to: Math.max(since, Math.min(lastSeenAt, after?.since ?? Infinity)),
      };
      const isActive = state === 'Pending' || state === 'Alerting';
      if (isActive && (state === 'Pending' || before?.state !== 'Pending'))
        activations.push({ labels, at: since });
      if (state === 'Pending') pending.push(stretch);
      if (state !== 'Alerting') return;
      const end = after?.since ?? goneAt;
      firing.push(end === undefined ? stretch : { ...stretch, endedAt: end });
      if (end !== undefined) ends.push({ labels, at: end });
    });
  }
  const byStart = (a: AlertState, b: AlertState) => a.from - b.from;
  return {
    pending: pending.sort(byStart),
    firing: firing.sort(byStart),
    activations: activations.sort((a, b) => a.at - b.at),
    ends: ends.sort((a, b) => a.at - b.at),
  };
}
