import { type Pace, paced } from '../../core/pace.ts';
import { met, notYet, until } from '../../core/poll.ts';
import type { Page } from '../../core/record.ts';
import type { PageExpectation, Scenario } from '../../core/scenario.ts';
import { type Reach, reachesOf } from '../floors/reach.ts';
import { collectPages } from '../pages/collect-pages.ts';
import type { RunningDrill } from '../running-drill.ts';
import type { LiveHops } from '../watch/live-hops.ts';
import { pageFor } from './await-pages.ts';
import type { OpenFault } from './open-fault.ts';
import type { LimitInputs } from './phase.ts';

/** An alert that gives up is seen to within so many evaluations of its rule. */
const evaluations = 3;

type Held = Pick<LimitInputs, 'scenario' | 'pace' | 'files'>;

/**
 * How long the fault is held on after a page: until the rule's longest window holds nothing from before the alert
 * fired, and three evaluations more. Of what shows by a series that goes away, windows only remember that it was there.
 */
export function holdMs({ scenario, pace, files }: Held, { alert }: PageExpectation): number {
  const known = reachesOf(files, pace.factor).get(alert) ?? [];
  const isAbsence = scenario.fault.telemetry.signal === 'absence';
  const lengths = known.map(
    ({ backMs, evaluationMs }) => (isAbsence ? 0 : backMs) + evaluations * evaluationMs,
  );
  return Math.max(0, ...lengths, staysMs(scenario, pace, known));
}

function staysMs({ fault: { stays } }: Scenario, pace: Pace, known: readonly Reach[]): number {
  if (stays === undefined) return 0;
  return stays === 'group_interval'
    ? Math.max(0, ...known.map(({ groupIntervalMs }) => groupIntervalMs()))
    : paced(stays, pace);
}

/** A fault of fixed length ends by itself. */
export function holdWithinMs(inputs: Held): number {
  const { scenario, pace } = inputs;
  const { lasts } = scenario.fault;
  if (lasts !== undefined) return paced(lasts, pace);
  return Math.max(0, ...pageExpectations(scenario).map((expectation) => holdMs(inputs, expectation)));
}

const pageExpectations = ({ expectations }: Scenario): PageExpectation[] =>
  expectations.filter((expectation) => expectation.kind === 'page');

/** Until when the fault is held on for the pages that came, by the clock that only runs forward. */
export function heldUntilMs(inputs: Held, pages: readonly Page[], injectedAt: number): number {
  const ends = pageExpectations(inputs.scenario).flatMap((expectation) => {
    const page = pageFor(expectation, pages, injectedAt);
    return page ? [{ at: page.monotonicMs, holdMs: holdMs(inputs, expectation) }] : [];
  });
  const last = Math.max(...ends.map(({ at }) => at));
  // What the scenario asks for counts from the last page, the rest from each rule's own.
  const asked = inputs.scenario.fault.stays === undefined ? [] : ends.map((end) => last + end.holdMs);
  return Math.max(0, ...ends.map((end) => end.at + end.holdMs), ...asked);
}

/** Lets the fault go on after its pages, so that an alert which gives up, or comes and goes, is seen to. */
export async function holdFault(
  { options: { scenario, pace }, stack, signal, recorder }: RunningDrill,
  { injectedAt }: Pick<OpenFault, 'injectedAt'>,
  hops: LiveHops,
): Promise<void> {
  const inputs = { scenario, pace, files: stack.files };
  const end = heldUntilMs(inputs, collectPages(stack).pages, injectedAt);
  await until(
    'the fault to have been held on',
    async () => {
      await hops.look();
      const left = end - performance.now();
      return left <= 0 ? met(true) : notYet(`${(left / 1000).toFixed(1)} s to go`);
    },
    {
      where: 'hold fault',
      everyMs: 250,
      withinMs: Math.max(0, end - performance.now()) + 10_000,
      signal,
      onNotMet: (saw) => recorder.saw(saw),
    },
  );
}
