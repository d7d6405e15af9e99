import { timerToleranceMs } from '../../assertions/causes/group-interval.ts';
import { isTemplate } from '../../configuration/rules/choose-rule.ts';
import { isRollback } from '../../core/deployments.ts';
import { expectedPages } from '../../core/expected-alerts.ts';
import { type Pace, paced } from '../../core/pace.ts';
import { met, notYet, until } from '../../core/poll.ts';
import type { Page } from '../../core/record.ts';
import { awaitedRollback, type PageExpectation, type ProofOf, type Scenario } from '../../core/scenario.ts';
import { type Reach, reachesOf } from '../floors/reach.ts';
import { collectPages } from '../pages/collect-pages.ts';
import { openDeployments } from '../proofs/rollback.ts';
import type { RunningDrill } from '../running-drill.ts';
import type { LiveHops } from '../watch/live-hops.ts';
import { pageFor, waitLimitMs, waitOrNote } from './await-pages.ts';
import type { InjectedFault } from './injected-fault.ts';
import type { LimitInputs } from './phase.ts';

/** An alert that ends while the fault lasts is noticed within this many evaluations of its rule. */
const evaluationsToNoticeEnd = 3;

/** With a longer one, such as that of a weekly digest, nobody would wait for the end of it. */
const longestGroupInterval = '1h';

type HoldInputs = Pick<LimitInputs, 'scenario' | 'pace' | 'files'>;

/**
 * How long the fault is held after a page, in milliseconds: until the rule's longest window contains only data from after
 * the alert fired, and three evaluations more. A fault that removes a series needs only the evaluations, and an alert on
 * burn rates only its shortest window. If repeats are expected, it is held until they must have come.
 */
export function holdMs({ scenario, pace, files }: HoldInputs, expectation: PageExpectation): number {
  const known = (reachesOf(files, pace.factor).get(expectation.alert) ?? []).filter(mayBe(expectation));
  const isAbsence = scenario.fault.telemetry.signal === 'absence';
  const lengths = known.map(
    ({ endsByItselfMs, evaluationMs }) =>
      (isAbsence ? 0 : endsByItselfMs) + evaluationsToNoticeEnd * evaluationMs,
  );
  return Math.max(0, ...lengths, requestedHoldMs(scenario, pace, known), repeatsMs(expectation, pace, known));
}

/** Whether a rule of that name may bring forth the expected alert. Labels from a template are not known. */
const mayBe =
  ({ labels }: PageExpectation) =>
  (reach: Reach): boolean =>
    Object.entries(labels).every(([name, value]) => {
      const own = reach.labels[name];
      return own === undefined || own === value || isTemplate(own);
    });

/** Each repeat comes up to a `group_interval` late; see `repeatPart` in `assertions/notifications.ts`. */
function repeatsMs({ notifications = {} }: PageExpectation, pace: Pace, known: readonly Reach[]): number {
  const { repeatsEvery, atLeast = 2 } = notifications;
  if (repeatsEvery === undefined) return 0;
  const lateMs = Math.max(0, ...known.map((reach) => reach.groupIntervalMs() + reach.evaluationMs));
  const repeats = Math.max(1, atLeast - 1);
  return repeats * (paced(repeatsEvery, pace) + lateMs + timerToleranceMs) + timerToleranceMs;
}

function requestedHoldMs({ fault: { stays } }: Scenario, pace: Pace, known: readonly Reach[]): number {
  if (stays === undefined) return 0;
  return stays === 'group_interval'
    ? Math.max(
        0,
        ...known
          .map(({ groupIntervalMs }) => groupIntervalMs())
          .filter((intervalMs) => intervalMs <= paced(longestGroupInterval, pace)),
      )
    : paced(stays, pace);
}

/** The longest hold, in milliseconds: for a fault of fixed length, its length; for a rollback, somewhat more than its target. */
export function holdLimitMs(inputs: HoldInputs): number {
  const { scenario, pace } = inputs;
  const { lasts } = scenario.fault;
  if (lasts !== undefined) return paced(lasts, pace);
  const rollback = awaitedRollback(scenario);
  if (rollback?.within !== undefined) return waitLimitMs(paced(rollback.within, pace));
  return Math.max(
    0,
    ...expectedPages(scenario.expectations).map((expectation) => holdMs(inputs, expectation)),
  );
}

/** Until when the fault is held for the pages that arrived, in milliseconds of the monotonic clock (`performance.now()`). */
export function holdUntilMs(inputs: HoldInputs, pages: readonly Page[], injectedAt: number): number {
  const ends = expectedPages(inputs.scenario.expectations).flatMap((expectation) => {
    const page = pageFor(expectation, pages, injectedAt);
    return page ? [{ at: page.monotonicMs, holdMs: holdMs(inputs, expectation) }] : [];
  });
  const last = Math.max(...ends.map(({ at }) => at));
  // The scenario's `stays` counts from the last page, everything else from the page of the same rule.
  const asked = inputs.scenario.fault.stays === undefined ? [] : ends.map((end) => last + end.holdMs);
  return Math.max(0, ...ends.map((end) => end.at + end.holdMs), ...asked);
}

/** Keeps the fault injected after its pages, so that an alert which ends early or flaps is noticed. */
export async function holdFault(
  { options: { scenario, pace }, stack, signal, recorder }: RunningDrill,
  { injectedAt }: Pick<InjectedFault, 'injectedAt'>,
  hops: LiveHops,
): Promise<void> {
  const inputs = { scenario, pace, files: stack.files };
  const end = holdUntilMs(inputs, collectPages(stack).pages, injectedAt);
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

/**
 * Keeps the fault injected until a rollback has ended it. A rollback that does not come is no error here: the judge
 * reports it.
 */
export async function awaitRollback(
  drill: RunningDrill,
  { injectedAt }: Pick<InjectedFault, 'injectedAt'>,
  hops: LiveHops,
  { application }: ProofOf<'rollback'>,
  withinMs: number,
): Promise<void> {
  const reader = openDeployments(drill);
  await waitOrNote(drill, 'hold fault', 'a rollback', withinMs, async () => {
    await hops.look();
    const { history } = (await reader.application(application)).status;
    const found = history.some((one) => one.deployStartedAt >= injectedAt && isRollback(one));
    return found ? [] : [`${application} is not rolled back yet`];
  });
}
