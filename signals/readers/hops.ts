import type { AlertEvidence, Hop } from '../../core/record.ts';
import type { AlertStates } from './alert-states.ts';
import { hasLabels, labelsKey } from './series.ts';
import type { Stretch } from './series-summary.ts';
import type { WatchedAlert } from './watch-alerts.ts';

/** What the readers found about one alert; times in epoch milliseconds. */
export interface HopReadings {
  readonly injectedAt: number;
  readonly revertedAt?: number;
  /** Until when was read. */
  readonly toMs: number;
  /** When what shows the fault was stored; absent: another knows it. */
  readonly stored?: Hop;
  /** Who evaluates the rule. Default: Prometheus. */
  readonly manager?: AlertEvidence['manager'];
  readonly stretches: readonly Stretch[];
  /** Step of the stretches. */
  readonly stepMs: number;
  readonly states: AlertStates;
  readonly held: readonly WatchedAlert[];
}

/** A time, where there is one, and what belongs to it. */
export type Moment = { at?: number | undefined; detail?: string | undefined };

export const hop = (name: Hop['name'], source: string, { at, detail }: Moment): Hop => ({
  name,
  source,
  ...(at === undefined ? {} : { at }),
  ...(detail === undefined ? {} : { detail }),
});

/** Where each time comes from, by what evaluates the rule. */
const sources = {
  prometheus: {
    fine: (stepMs: number) => `Prometheus: the rule's expression at every ${stepMs} ms`,
    pending: 'Prometheus: stored samples of ALERTS_FOR_STATE',
    firing: 'Prometheus: stored samples of ALERTS',
    sent: 'Alertmanager: updatedAt when first seen',
    resolved: 'Prometheus: the evaluation that ended ALERTS',
    gone: 'Alertmanager: the first look that no longer showed it',
  },
  grafana: {
    fine: (stepMs: number) => `the rule's query, asked of its data source at every ${stepMs} ms`,
    pending: 'Grafana: the tick of the evaluation that made it pending',
    firing: 'Grafana: the tick of the evaluation that made it fire',
    sent: "Grafana's Alertmanager: updatedAt when first seen",
    resolved: 'Grafana: the tick of the evaluation that ended it',
    gone: "Grafana's Alertmanager: the first look that no longer showed it",
  },
} as const;
const sourcesOf = ({ manager = 'prometheus' }: HopReadings) => sources[manager];

/**
 * The hops of one alert that what evaluates its rule and its Alertmanager know, there and back. Of an alert with several
 * label sets those of the first that fired are followed.
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
 * Steps are coarser than evaluations are exact: an evaluation of the rule between the last step before a
 * change and the first after it shows the change earlier.
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
  // What was pending before and did not last has no part in the firing.
  const detail = own.length > 1 ? `pending ${own.length} times before it fired; this is the last` : undefined;
  return { at: own.at(-1)?.at, detail };
}

const firing = (readings: HopReadings): Moment => ({ at: firstFiring(readings)?.from });

function firstHeld(readings: HopReadings): WatchedAlert | undefined {
  const fired = firstFiring(readings);
  const since = readings.held.filter(({ startsAt }) => startsAt >= readings.injectedAt);
  // Prometheus adds its external labels on the way, so the alert there may have more than the stored one.
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
  // What becomes true after the alert was resolved has no part in its way back.
  const ends = stretches.filter(({ from, to }) => to >= injectedAt && from < resolvedAt).map(({ to }) => to);
  if (ends.length === 0) return {};
  const at = refined(Math.max(...ends) + stepMs, stepMs, states.ends);
  if (at > toMs) return { detail: 'it was still true at the end' };
  return { at, detail: at < revertedAt ? 'before the fault was reverted' : undefined };
}

/**
 * What evaluates the rule knows the evaluation that ended the alert. Alertmanager only stops showing it, so its time
 * is that of a look: taken when there is no other, e.g. because Prometheus was restarted.
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
