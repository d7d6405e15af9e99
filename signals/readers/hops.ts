import type { Hop } from '../../core/record.ts';
import type { AlertStates } from './alert-states.ts';
import { hasLabels, labelsKey, type Sample, type Series } from './series.ts';
import type { Stretch } from './truth.ts';
import type { WatchedAlert } from './watch-alerts.ts';

/** What the readers found about one alert; times in epoch milliseconds. */
export interface HopReadings {
  readonly injectedAt: number;
  readonly revertedAt?: number;
  /** Until when was read. */
  readonly toMs: number;
  /** Stored samples of the counter that the fault drives, from before the injection; absent: there is none. */
  readonly counter?: readonly Series[];
  readonly stretches: readonly Stretch[];
  /** Step of the stretches. */
  readonly stepMs: number;
  readonly states: AlertStates;
  readonly held: readonly WatchedAlert[];
}

type Moment = { at?: number | undefined; detail?: string | undefined };

const hop = (name: Hop['name'], source: string, { at, detail }: Moment): Hop => ({
  name,
  source,
  ...(at === undefined ? {} : { at }),
  ...(detail === undefined ? {} : { detail }),
});

/**
 * The hops of one alert that Prometheus and Alertmanager know, there and back. Of an alert with several
 * label sets those of the first that fired are followed.
 */
export function promHops(readings: HopReadings): Hop[] {
  const { counter, stepMs, revertedAt } = readings;
  const stored = 'Prometheus: stored samples of';
  const fine = `Prometheus: the rule's expression at every ${stepMs} ms`;
  return [
    ...(counter
      ? [hop('sample stored', `${stored} the fault's counter`, sampleStored(counter, readings.injectedAt))]
      : []),
    hop('expression true', fine, expressionTrue(readings)),
    hop('pending', `${stored} ALERTS_FOR_STATE`, pending(readings)),
    hop('firing', `${stored} ALERTS`, firing(readings)),
    hop('notifier sent', 'Alertmanager: updatedAt when first seen', notifierSent(readings)),
    ...(revertedAt === undefined
      ? []
      : [hop('expression false', fine, expressionFalse(readings)), resolved(readings)]),
  ];
}

/** The first sample after the injection that shows an increase, of whichever series had it first. */
export function sampleStored(counter: readonly Series[], injectedAt: number): Moment {
  // A series without a sample before counts from 0, and so does one that was reset.
  const rises = (sample: Sample, before: Sample | undefined) => {
    const was = before?.[1] ?? 0;
    return sample[1] > (sample[1] < was ? 0 : was);
  };
  const firsts = counter.flatMap(({ samples }) => {
    const i = samples.findIndex((sample, n) => sample[0] > injectedAt && rises(sample, samples[n - 1]));
    const found = samples[i];
    return found ? [{ at: found[0], was: samples[i - 1]?.[1] ?? 0, is: found[1] }] : [];
  });
  const [first] = firsts.sort((a, b) => a.at - b.at);
  return first ? { at: first.at, detail: `rose from ${first.was} to ${first.is}` } : {};
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

function expressionFalse(readings: HopReadings): Moment {
  const { stretches, states, injectedAt, revertedAt = Infinity, stepMs, toMs } = readings;
  const ends = stretches.map(({ to }) => to).filter((to) => to >= injectedAt);
  if (ends.length === 0) return {};
  const at = refined(Math.max(...ends) + stepMs, stepMs, states.ends);
  if (at > toMs) return { detail: 'it was still true at the end' };
  return { at, detail: at < revertedAt ? 'before the fault was reverted' : undefined };
}

/**
 * Prometheus knows the evaluation that ended the alert. Alertmanager only stops showing it, so its time is
 * that of a look: taken when Prometheus has none, e.g. because it was restarted.
 */
function resolved(readings: HopReadings): Hop {
  const fired = firstFiring(readings);
  const gone = firstHeld(readings)?.goneAt;
  const same = (labels: Record<string, string>) => fired && labelsKey(labels) === labelsKey(fired.labels);
  const last = readings.states.firing.filter(({ labels }) => same(labels)).at(-1);
  const end = readings.states.ends.find(({ labels, at }) => last && same(labels) && at > last.to);
  if (!end && gone !== undefined) {
    return hop('resolved', 'Alertmanager: the first look that no longer showed it', { at: gone });
  }
  return hop('resolved', 'Prometheus: the evaluation that ended ALERTS', {
    at: end?.at,
    detail: fired && !end ? 'it was still firing at the end' : undefined,
  });
}
