import { hasLabels, labelsKey } from '../../core/labels.ts';
import type { AlertEvidence, Hop } from '../../core/record.ts';
import type { AlertStates } from './alert-states.ts';
import type { Stretch } from './series-summary.ts';
import type { WatchedAlert } from './watch-alerts.ts';

/** The readers' findings about one alert; times in epoch milliseconds. */
export interface HopReadings {
  readonly injectedAt: number;
  readonly revertedAt?: number;
  /** End of the range that was read. */
  readonly toMs: number;
  /** The hop at which the fault's signal was stored; absent: the caller knows it. */
  readonly stored?: Hop;
  /** The manager that evaluates the rule; default: Prometheus. */
  readonly manager?: AlertEvidence['manager'];
  readonly stretches: readonly Stretch[];
  /** Step of the stretches, in milliseconds. */
  readonly stepMs: number;
  readonly states: AlertStates;
  readonly held: readonly WatchedAlert[];
}

/** A time, if known, and a detail about it. */
export type Moment = { at?: number | undefined; detail?: string | undefined };

export const hop = (name: Hop['name'], source: string, { at, detail }: Moment): Hop => ({
  name,
  source,
  ...(at === undefined ? {} : { at }),
  ...(detail === undefined ? {} : { detail }),
});

/** The source of each time, by the rule's manager. */
const sources = {
  prometheus: {
    fine: (stepMs: number) => `Prometheus: the rule's expression at every ${stepMs} ms`,
    pending: 'Prometheus: stored samples of ALERTS_FOR_STATE',
    firing: 'Prometheus: stored samples of ALERTS',
    sent: 'Alertmanager: updatedAt when first seen',
    resolved: 'Prometheus: the evaluation that ended ALERTS',
    gone: 'Alertmanager: the first poll that no longer showed it',
  },
  grafana: {
    fine: (stepMs: number) => `the rule's query, asked of its data source at every ${stepMs} ms`,
    pending: 'Grafana: the tick of the evaluation that made it pending',
    firing: 'Grafana: the tick of the evaluation that made it fire',
    sent: "Grafana's Alertmanager: updatedAt when first seen",
    resolved: 'Grafana: the tick of the evaluation that ended it',
    gone: "Grafana's Alertmanager: the first poll that no longer showed it",
  },
} as const;
const sourcesOf = ({ manager = 'prometheus' }: HopReadings) => sources[manager];

/**
 * The hops of one alert, firing and resolving, that the rule's manager knows. Of several label sets, the first that
 * fired is followed.
 */
export function alertHops(readings: HopReadings): Hop[] {
  const { stored, stepMs, revertedAt } = readings;
  const from = sourcesOf(readings);
  const fine = from.fine(stepMs);
  const end = resolved(readings);
  return [
    ...(stored ? [stored] : []),
    hop('expression true', fine, expressionTrue(readings)),
    hop('pending', from.pending, pending(readings)),
    hop('firing', from.firing, firing(readings)),
    hop('notifier sent', from.sent, notifierSent(readings)),
    ...(revertedAt === undefined
      ? []
      : [hop('expression false', fine, expressionFalse(readings, end.at)), end]),
  ];
}

/**
 * A step is coarser than the times of evaluations: if an evaluation between the last step before a change and the first
 * after it shows the change, its time is used.
 */
const refined = (step: number, stepMs: number, evaluations: readonly { readonly at: number }[]) =>
  Math.min(step, ...evaluations.map(({ at }) => at).filter((at) => at > step - stepMs));

function expressionTrue({ stretches, injectedAt, stepMs, states }: HopReadings): Moment {
  const first = stretches.find(({ to }) => to >= injectedAt);
  if (!first) return {};
  if (first.from < injectedAt) {
    return { at: injectedAt, detail: 'it was true already when the fault was injected' };
  }
  const since = states.activations.filter(({ at }) => at >= injectedAt);
  return { at: refined(first.from, stepMs, since) };
}

const firstFiring = ({ states, injectedAt }: HopReadings) =>
  states.firing.find(({ from }) => from >= injectedAt);

function pending(readings: HopReadings): Moment {
  const since = readings.states.activations.filter(({ at }) => at >= readings.injectedAt);
  const fired = firstFiring(readings);
  if (!fired) return { at: since[0]?.at };
  const own = since.filter(
    ({ labels, at }) => labelsKey(labels) === labelsKey(fired.labels) && at <= fired.from,
  );
  // Earlier pending intervals that did not lead to firing do not count.
  const detail = own.length > 1 ? `pending ${own.length} times before it fired; this is the last` : undefined;
  return { at: own.at(-1)?.at, detail };
}

const firing = (readings: HopReadings): Moment => ({ at: firstFiring(readings)?.from });

function firstHeld(readings: HopReadings): WatchedAlert | undefined {
  const fired = firstFiring(readings);
  const since = readings.held.filter(({ startsAt }) => startsAt >= readings.injectedAt);
  // Prometheus adds external labels when sending, so the alert in Alertmanager may have more labels than the stored
  // one.
  const own = since.filter(({ labels }) => hasLabels(labels, fired?.labels ?? {}));
  return (own.length > 0 ? own : since).toSorted((a, b) => a.receivedAt - b.receivedAt)[0];
}

function notifierSent(readings: HopReadings): Moment {
  const held = firstHeld(readings);
  if (!held) return {};
  return {
    at: held.receivedAt,
    detail: `state ${held.state}, for ${held.receivers.join(', ') || 'no receiver'}`,
  };
}

function expressionFalse(readings: HopReadings, resolvedAt = Infinity): Moment {
  const { stretches, states, injectedAt, revertedAt = Infinity, stepMs, toMs } = readings;
  // Intervals after the resolution do not count.
  const ends = stretches.filter(({ from, to }) => to >= injectedAt && from < resolvedAt).map(({ to }) => to);
  if (ends.length === 0) return {};
  const at = refined(Math.max(...ends) + stepMs, stepMs, states.ends);
  if (at > toMs) return { detail: 'it was still true at the end' };
  return { at, detail: at < revertedAt ? 'before the fault was reverted' : undefined };
}

/**
 * The time at which the alert resolved: the evaluation that ended it. Alertmanager only stops listing it, so the time
 * of that poll is used only if there is no other, e.g. after a restart of Prometheus.
 */
function resolved(readings: HopReadings): Hop {
  const fired = firstFiring(readings);
  const gone = firstHeld(readings)?.goneAt;
  const same = (labels: Record<string, string>) => fired && labelsKey(labels) === labelsKey(fired.labels);
  const last = readings.states.firing.filter(({ labels }) => same(labels)).at(-1);
  const end = readings.states.ends.find(({ labels, at }) => last && same(labels) && at >= last.to);
  if (!end && gone !== undefined) {
    return hop('resolved', sourcesOf(readings).gone, { at: gone });
  }
  return hop('resolved', sourcesOf(readings).resolved, {
    at: end?.at,
    detail: fired && !end ? 'it was still firing at the end' : undefined,
  });
}
