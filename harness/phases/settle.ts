import { isExpectedToLast } from '../../core/expected-alerts.ts';
import { type Pace, paced } from '../../core/pace.ts';
import { met, notYet, until } from '../../core/poll.ts';
import type { LeftAlert } from '../../core/record.ts';
import { type Reach, reachesOf } from '../floors/reach.ts';
import type { RunningDrill } from '../running-drill.ts';
import { readActiveAlerts } from '../watch/active-alerts.ts';
import type { LimitInputs } from './phase.ts';

/** Time for the last hits to be exported, collected and scraped, at real pace. */
export const telemetryLag = '2m';
/** The longest wait, at real pace: a rule with a window of one day would otherwise be waited for a day. */
const longestWait = '1h';
const extraEvaluations = 3;

/** How long an alert can stay active, or become active, after its fault is over. Milliseconds. */
const maxActiveMs = (pace: Pace, reaches: readonly Reach[]): number =>
  paced(telemetryLag, pace) +
  Math.min(
    paced(longestWait, pace),
    Math.max(
      0,
      ...reaches.map(
        ({ backMs, evaluationMs, forMs, keepFiringForMs }) =>
          backMs + forMs + keepFiringForMs + extraEvaluations * evaluationMs,
      ),
    ),
  );

type RuleInputs = Pick<LimitInputs, 'files' | 'pace'>;

/** How long the alert of any rule of the configuration can stay active after the fault. Milliseconds. */
export const maxActiveMsOfAllRules = ({ files, pace }: RuleInputs): number =>
  maxActiveMs(pace, [...reachesOf(files, pace.factor).values()].flat());

/**
 * How long to wait for these active alerts, in milliseconds. A pending alert may still fire; a firing alert ends when the
 * window of its rule has moved past the fault. 0 without active alerts.
 */
export function activeAlertsWaitMs({ files, pace }: RuleInputs, active: readonly LeftAlert[]): number {
  const known = reachesOf(files, pace.factor);
  return Math.max(0, ...active.map(({ alert }) => maxActiveMs(pace, known.get(alert) ?? [])));
}

/**
 * Waits for stray pages, and then until no alert is active or the remaining alerts have been active for longer than their
 * rules explain.
 *
 * @param forMs how long to wait for stray pages, in milliseconds.
 * @param withinMs the longest wait for active alerts, in milliseconds.
 * @returns the alerts that are still active.
 */
export async function awaitSettled(
  drill: RunningDrill,
  forMs: number,
  withinMs: number,
): Promise<LeftAlert[]> {
  const { options, stack, recorder, signal, prometheus } = drill;
  const ruled = { files: stack.files, pace: options.pace };
  const { receivers } = stack.listeners;
  const begin = performance.now();
  const left = await until(
    'the settling time to pass, and nothing to be active',
    async () => {
      const active = await readActiveAlerts(drill);
      const awaited = active.filter((alert) => !isExpectedToLast(options.scenario, alert));
      const passed = performance.now() - begin;
      if (passed >= Math.max(forMs, activeAlertsWaitMs(ruled, awaited))) return met(active);
      const count = receivers.reduce((sum, receiver) => sum + receiver.deliveries().length, 0);
      const still = awaited.map(({ alert, state }) => `${alert} still ${state}`);
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
