import { agree, carries, isAbout, isShown } from '../../assertions/pages.ts';
import { targetOf } from '../../assertions/targets.ts';
import { broken, messageOf } from '../../core/errors.ts';
import { floorFor } from '../../core/floor-for.ts';
import type { PhaseName } from '../../core/hops.ts';
import { paced } from '../../core/pace.ts';
import { met, notYet, until } from '../../core/poll.ts';
import type { FloorTermName, Page } from '../../core/record.ts';
import type { Expectation, PageExpectation } from '../../core/scenario.ts';
import type { LoadAccount } from '../load/account.ts';
import { collectPages } from '../pages/collect-pages.ts';
import type { RunningDrill } from '../running-drill.ts';
import { activeAlerts } from '../watch/active-alerts.ts';
import type { LiveHops } from '../watch/live-hops.ts';
import type { OpenFault } from './open-fault.ts';
import type { LimitInputs } from './phase.ts';

/*
 * How long to wait. A deadline is not the end of the wait: a page that is late shows which hop took the time,
 * one that never came does not. So the wait goes on for a quarter of the target, and some seconds.
 */
const patience = (targetMs: number): number => targetMs * 1.25 + 3_000;

export const pagesWithinMs = (inputs: Targeted): number => Math.max(0, ...patienceFor(inputs, 'within'));

export const resolveWithinMs = (inputs: Targeted): number =>
  Math.max(10_000, ...patienceFor(inputs, 'resolvedWithin'));

type Targeted = Pick<LimitInputs, 'scenario' | 'pace' | 'floors'>;

const patienceFor = (inputs: Targeted, key: 'within' | 'resolvedWithin'): number[] =>
  pageExpectations(inputs.scenario.expectations).map((expectation) =>
    patience(targetOf(inputs, expectation, key).ms),
  );

const pageExpectations = (expectations: readonly Expectation[]): PageExpectation[] =>
  expectations.filter((expectation) => expectation.kind === 'page');

/** Waits until every expected page is there, or it is no use. Never fails: the judge says what was missing. */
export async function awaitPages(
  drill: RunningDrill,
  { injectedAt }: Pick<OpenFault, 'injectedAt'>,
  hops: LiveHops,
  withinMs: number,
): Promise<void> {
  await untilOrLate(drill, 'await pages', 'the expected pages', withinMs, async () => {
    await hops.look();
    return missing(drill, 'firing', injectedAt).map(
      ({ alert, receiver }) => `no page ${alert} at ${receiver} yet`,
    );
  });
}

/** Until so long after the last hit the fault counts as there. */
const hitWithinMs = 2_000;

/**
 * Waits until what was paged is resolved, nothing is active any more and no request is hit.
 *
 * @throws FiredrillError `broken` when requests that began after the revert are hit to the end: it undid nothing.
 */
export async function awaitRecovery(
  drill: RunningDrill,
  { injectedAt }: Pick<OpenFault, 'injectedAt'>,
  hops: LiveHops,
  withinMs: number,
): Promise<void> {
  await untilOrLate(drill, 'prove recovery', 'recovery', withinMs, async () => {
    await hops.look();
    const unresolved = missing(drill, 'resolved', injectedAt).map(
      ({ alert, receiver }) => `${alert} at ${receiver} not resolved yet`,
    );
    const active = (await activeAlerts(drill)).map(({ alert, state }) => `${alert} still ${state}`);
    const hits = drill.account.hitsSince(Date.now() - hitWithinMs);
    return [...unresolved, ...active, ...(hits > 0 ? [`${hits} requests hit in the last 2 s`] : [])];
  });
  refuseHitsToTheEnd(drill.account);
}

/** One slow request is a hiccup; more of them in so short a time are a fault that is still there. */
export function refuseHitsToTheEnd(account: Pick<LoadAccount, 'hitsBegunSince'>, now = Date.now()): void {
  const hits = account.hitsBegunSince(now - hitWithinMs);
  if (hits < 2) return;
  throw broken(
    'prove recovery',
    `${hits} requests were hit in the last 2 s: the revert did not undo the fault`,
  );
}

async function untilOrLate(
  { recorder, signal, options }: RunningDrill,
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
    await until(what, look, { where, withinMs, everyMs: 250, signal, onNotMet: (saw) => recorder.saw(saw) });
  } catch (error) {
    signal.throwIfAborted();
    options.tell({ type: 'note', message: messageOf(error) });
  }
}

const missing = (
  { options, stack }: RunningDrill,
  status: Page['status'],
  since: number,
): PageExpectation[] => missingPages(options.scenario.expectations, collectPages(stack).pages, status, since);

/**
 * Which expected pages have not arrived in that state since the injection. A resolution is expected of what came, and
 * of a page with other labels where only such a one came.
 */
export function missingPages(
  expectations: readonly Expectation[],
  pages: readonly Page[],
  status: Page['status'],
  since: number,
): PageExpectation[] {
  return pageExpectations(expectations).filter((expectation) => {
    const paged = pageFor(expectation, pages, since);
    if (status === 'firing') return paged === undefined || !carries(paged, expectation.labels);
    const own = pages.filter(
      (page) => isShown(page) && isAbout(page, expectation) && page.receivedAt >= since,
    );
    return (
      paged !== undefined &&
      !own.some((page) => page.status === 'resolved' && agree(page.labels, paged.labels))
    );
  });
}

/** The page that came for an expectation since then; one with other labels where none has the right ones. */
export function pageFor(
  expectation: PageExpectation,
  pages: readonly Page[],
  since: number,
): Page | undefined {
  const firing = pages.filter(
    (page) =>
      page.status === 'firing' && isShown(page) && isAbout(page, expectation) && page.receivedAt >= since,
  );
  return firing.find((page) => carries(page, expectation.labels)) ?? firing[0];
}

/** From an evaluation to its page. */
const toThePage: readonly FloorTermName[] = ['spread', 'group wait', 'group interval', 'delivery'];

/**
 * How long stray pages are waited for: at least until a pending alert could have paged after all, and whatever else
 * was evaluated together with what has just been resolved.
 */
export function settleMs({ scenario, pace, floors }: Targeted): number {
  const pending = scenario.expectations.filter(({ kind }) => kind === 'pending-only');
  const floorOf = (expectation: Expectation) => floorFor({ scenario, floors }, expectation)?.detect;
  const paging = scenario.expectations.map((expectation) =>
    (floorOf(expectation)?.terms ?? [])
      .filter(({ name }) => toThePage.includes(name))
      .reduce((sum, { worst }) => sum + worst, 0),
  );
  return Math.max(
    paced(scenario.settleFor, pace),
    ...paging,
    ...pending.map((expectation) => (floorOf(expectation)?.worst ?? 0) + 2_000),
  );
}
