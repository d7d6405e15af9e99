import { targetOf } from '../assertions/targets.ts';
import { messageOf } from '../core/errors.ts';
import type { PhaseName } from '../core/hops.ts';
import { paced } from '../core/pace.ts';
import { met, notYet, until } from '../core/poll.ts';
import type { DrillRecord } from '../core/record.ts';
import type { Expectation, PageExpectation } from '../core/scenario.ts';
import { activeAlerts } from './active-alerts.ts';
import type { LiveHops } from './live-hops.ts';
import { collectPages } from './pages.ts';
import type { Parts } from './parts.ts';

/*
 * How long to wait. A deadline is not the end of the wait: a page that is late shows which hop took the time,
 * one that never came does not. So the wait goes on for a quarter of the target, and some seconds.
 */
const patience = (targetMs: number): number => targetMs * 1.25 + 3_000;

export const pagesWithinMs = (parts: Targeted): number => Math.max(0, ...patienceFor(parts, 'within'));

export const resolveWithinMs = (parts: Targeted): number =>
  Math.max(10_000, ...patienceFor(parts, 'resolvedWithin'));

type Targeted = Pick<Parts, 'scenario' | 'pace' | 'keeper'>;

const patienceFor = ({ scenario, pace, keeper }: Targeted, key: 'within' | 'resolvedWithin'): number[] =>
  pageExpectations(scenario.expectations).map((expectation) =>
    patience(targetOf({ floors: keeper.record.floors, pace }, expectation, key).ms),
  );

const pageExpectations = (expectations: readonly Expectation[]): PageExpectation[] =>
  expectations.filter((expectation) => expectation.kind === 'page');

/** Waits until every expected page is there, or it is no use. Never fails: the judge says what was missing. */
export async function awaitPages(parts: Parts, injectedAt: number, hops: LiveHops): Promise<void> {
  await untilOrLate(parts, 'await pages', 'the expected pages', pagesWithinMs(parts), async () => {
    await hops.look();
    return missing(parts, 'firing', injectedAt).map(
      ({ alert, receiver }) => `no page ${alert} at ${receiver} yet`,
    );
  });
}

/** Waits until what was paged is resolved, and nothing is active any more. */
export async function awaitRecovery(parts: Parts, injectedAt: number, hops: LiveHops): Promise<void> {
  await untilOrLate(parts, 'prove recovery', 'recovery', resolveWithinMs(parts), async () => {
    await hops.look();
    const firing = missing(parts, 'firing', injectedAt);
    // Of what never came no resolution is expected.
    const unresolved = missing(parts, 'resolved', injectedAt)
      .filter((expectation) => !firing.includes(expectation))
      .map(({ alert, receiver }) => `${alert} at ${receiver} not resolved yet`);
    const active = (await activeAlerts(parts)).map(({ alert, state }) => `${alert} still ${state}`);
    const hits = parts.account.hitsSince(Date.now() - 2_000);
    return [...unresolved, ...active, ...(hits > 0 ? [`${hits} requests hit in the last 2 s`] : [])];
  });
}

async function untilOrLate(
  { keeper, signal, tell }: Parts,
  where: PhaseName,
  what: string,
  withinMs: number,
  left: () => Promise<readonly string[]>,
): Promise<void> {
  const look = async () => {
    const missing = await left();
    return missing.length === 0 ? met(true) : notYet(missing.join('; '));
  };
  try {
    await until(what, look, { where, withinMs, signal, onLook: (saw) => keeper.saw(saw) });
  } catch (error) {
    signal.throwIfAborted();
    tell({ type: 'note', message: messageOf(error) });
  }
}

/** Which expected pages have not arrived in that state since the injection. */
function missing(
  { scenario, receivers }: Parts,
  status: 'firing' | 'resolved',
  since: number,
): PageExpectation[] {
  const { pages } = collectPages(receivers);
  return pageExpectations(scenario.expectations).filter(
    ({ alert, receiver }) =>
      !pages.some(
        (page) =>
          page.alert === alert &&
          page.receiver === receiver &&
          page.status === status &&
          page.receivedAt >= since,
      ),
  );
}

/** How long stray pages are waited for: at least until a pending alert could have paged after all. */
export function settleMs(
  { scenario, pace }: Pick<Parts, 'scenario' | 'pace'>,
  floors: DrillRecord['floors'],
): number {
  const pending = scenario.expectations.filter(({ kind }) => kind === 'pending-only');
  return Math.max(
    paced(scenario.settleFor, pace),
    ...pending.map(({ alert }) => (floors[alert]?.detect.worst ?? 0) + 2_000),
  );
}
