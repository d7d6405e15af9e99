import { type Pace, paced } from '../../core/pace.ts';
import { met, notYet, until } from '../../core/poll.ts';
import type { LeftAlert } from '../../core/record.ts';
import { type Reach, reachesOf } from '../floors/reach.ts';
import type { RunningDrill } from '../running-drill.ts';
import { activeAlerts } from '../watch/active-alerts.ts';
import type { LimitInputs } from './phase.ts';

/** For the last hits to be exported, collected and scraped. */
export const telemetryLag = '2m';
/** Nothing is waited for longer: a window of a day would take a day to be free of the fault. */
const atMost = '1h';
const evaluations = 3;

/** How long an alert can remain active, or become so after all, though its fault is over. Milliseconds. */
const calmMs = (pace: Pace, reaches: readonly Reach[]): number =>
  paced(telemetryLag, pace) +
  Math.min(
    paced(atMost, pace),
    Math.max(
      0,
      ...reaches.map(
        ({ backMs, evaluationMs, forMs, keepFiringForMs }) =>
          backMs + forMs + keepFiringForMs + evaluations * evaluationMs,
      ),
    ),
  );

type Ruled = Pick<LimitInputs, 'files' | 'pace'>;

/** The longest that any rule of the configuration may take. */
export const calmWithinMs = ({ files, pace }: Ruled): number =>
  calmMs(pace, [...reachesOf(files, pace.factor).values()].flat());

/**
 * How long these alerts are waited for: a pending one may fire after all, and one that fires ends when its window is
 * free of the fault. 0 when there are none.
 */
export function waitsMs({ files, pace }: Ruled, active: readonly LeftAlert[]): number {
  const known = reachesOf(files, pace.factor);
  return Math.max(0, ...active.map(({ alert }) => calmMs(pace, known.get(alert) ?? [])));
}

/**
 * Waits for stray pages, and then until nothing is active any more, or has been for longer than its rule explains.
 *
 * @param forMs how long stray pages are waited for.
 * @param withinMs how long anything may be active.
 * @returns what was still active then.
 */
export async function settled(drill: RunningDrill, forMs: number, withinMs: number): Promise<LeftAlert[]> {
  const { options, stack, recorder, signal, prometheus } = drill;
  const ruled = { files: stack.files, pace: options.pace };
  const { receivers } = stack.listeners;
  const begin = performance.now();
  const left = await until(
    'the settling time to pass, and nothing to be active',
    async () => {
      const active = await activeAlerts(drill);
      const passed = performance.now() - begin;
      if (passed >= Math.max(forMs, waitsMs(ruled, active))) return met(active);
      const count = receivers.reduce((sum, receiver) => sum + receiver.deliveries().length, 0);
      const still = active.map(({ alert, state }) => `${alert} still ${state}`);
      return notYet([`${count} deliveries so far`, ...still].join('; '));
    },
    {
      where: 'settle',
      everyMs: 250,
      withinMs: withinMs + 5_000,
      signal,
      onNotMet: (saw) => recorder.saw(saw),
    },
  );
  if (left.every(({ rule }) => rule)) return left;
  const rules = await prometheus.rules();
  return left.map((one) => {
    const rule = one.rule ?? rules.find(({ name }) => name === one.alert);
    return rule ? { ...one, rule: { file: rule.file, group: rule.group } } : one;
  });
}
