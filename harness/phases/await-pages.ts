import { timerToleranceMs } from '../../assertions/causes/group-interval.ts';
import { handOverOf, type OnTheWay } from '../../assertions/handed-over.ts';
import { isAbout, isShown } from '../../assertions/pages.ts';
import { targetOf } from '../../assertions/targets.ts';
import { broken, messageOf } from '../../core/errors.ts';
import {
  type AlertExpectation,
  alertsWithEvidence,
  expectedPages,
  isExpectedToLast,
  outlastsDrill,
  type SuppressedAlert,
} from '../../core/expected-alerts.ts';
import { floorFor } from '../../core/floor-for.ts';
import type { PhaseName } from '../../core/hops.ts';
import { hasLabels, labelsAgree } from '../../core/labels.ts';
import { paced } from '../../core/pace.ts';
import { met, notYet, until } from '../../core/poll.ts';
import type { AlertmanagerAlert, FloorTermName, Page } from '../../core/record.ts';
import { awaitsResolution, type Expectation, type PageExpectation } from '../../core/scenario.ts';
import type { NotifierWatch } from '../../signals/readers/watch-notifiers.ts';
import { reachesOf } from '../floors/reach.ts';
import type { LoadStatistics } from '../load/load-statistics.ts';
import { collectPages } from '../pages/collect-pages.ts';
import type { RunningDrill } from '../running-drill.ts';
import { readActiveAlerts } from '../watch/active-alerts.ts';
import type { LiveHops } from '../watch/live-hops.ts';
import type { InjectedFault } from './injected-fault.ts';
import type { LimitInputs } from './phase.ts';

/*
 * The wait goes on after the target, for a quarter of it and some seconds more: a late page shows which hop took the
 * time, a missing page does not.
 */
export const waitLimitMs = (targetMs: number): number => targetMs * 1.25 + 3_000;

export const pagesWithinMs = (inputs: TargetInputs): number =>
  Math.max(
    0,
    ...waitLimitsMs(inputs, 'within'),
    ...suppressedAlerts(inputs.scenario.expectations).map((alert) =>
      waitLimitMs(floorFor(inputs, alert)?.detect.worst ?? 0),
    ),
  );

export const resolveWithinMs = (inputs: TargetInputs): number =>
  Math.max(10_000, ...waitLimitsMs(inputs, 'resolvedWithin'));

type TargetInputs = Pick<LimitInputs, 'scenario' | 'pace' | 'floors'>;

const waitLimitsMs = (inputs: TargetInputs, key: 'within' | 'resolvedWithin'): number[] =>
  expectedPages(inputs.scenario.expectations)
    .filter((expectation) => key === 'within' || awaitsResolution(expectation))
    .map((expectation) => waitLimitMs(targetOf(inputs, expectation, key).ms));

/** The alerts that must be inhibited, without those that inhibit them. */
const suppressedAlerts = (expectations: readonly Expectation[]): SuppressedAlert[] =>
  alertsWithEvidence(expectations).flatMap((one) =>
    one.kind === 'suppressed' && one.by !== undefined ? [one] : [],
  );

/**
 * Waits until every expected page has arrived and every suppressed alert has had the time to page, or the time is over. A
 * missing page is no error here: the judge reports it.
 */
export async function awaitPages(
  drill: RunningDrill,
  { injectedAt }: Pick<InjectedFault, 'injectedAt'>,
  hops: LiveHops,
  withinMs: number,
): Promise<void> {
  await waitOrNote(drill, 'await pages', 'the expected pages', withinMs, async () => {
    await hops.look();
    const missing = drill.notifiers
      ? notHandedOver(drill, drill.notifiers, injectedAt)
      : missingNow(drill, 'firing', injectedAt).map(
          ({ alert, receiver }) => `no page ${alert} at ${receiver} yet`,
        );
    const { alertmanager, grafana, recorder, options } = drill;
    const held = [...alertmanager.watch.alerts(), ...(grafana?.watch.alerts() ?? [])];
    const { floors } = recorder.record;
    return [...missing, ...mayStillPage({ ...options, floors }, held, injectedAt, Date.now())];
  });
}

/** The expected alerts that no notifier has handed over yet. */
function notHandedOver(
  { options, alertmanager, stack }: RunningDrill,
  notifiers: NotifierWatch,
  since: number,
): string[] {
  const way: OnTheWay = {
    held: alertmanager.watch.alerts(),
    kindsOf: (name) => stack.contactPoints.filter((point) => point.name === name).map(({ kind }) => kind),
    handedOver: notifiers.handedOver(),
  };
  return expectedPages(options.scenario.expectations)
    .filter((expectation) => handOverOf(way, expectation, since) === undefined)
    .map(({ alert, receiver }) => `${alert} is not handed over to a notifier of ${receiver} yet`);
}

/** While a request was hit within this time, the fault counts as not yet undone. */
const recentHitMs = 2_000;

/**
 * Waits until every page is resolved, no alert is active and no request is hit.
 *
 * @throws FiredrillError `broken` when requests are still hit at the end, because the revert then did not undo the fault.
 */
export async function awaitRecovery(
  drill: RunningDrill,
  { injectedAt }: Pick<InjectedFault, 'injectedAt'>,
  hops: LiveHops,
  withinMs: number,
): Promise<void> {
  await waitOrNote(drill, 'prove recovery', 'recovery', withinMs, async () => {
    await hops.look();
    const unresolved = missingNow(drill, 'resolved', injectedAt).map(
      ({ alert, receiver }) => `${alert} at ${receiver} not resolved yet`,
    );
    const others = (await readActiveAlerts(drill)).filter(
      (alert) => !isExpectedToLast(drill.options.scenario, alert),
    );
    const active = others.map(({ alert, state }) => `${alert} still ${state}`);
    const hits = drill.loadStatistics.hitsSince(Date.now() - recentHitMs);
    return [...unresolved, ...active, ...(hits > 0 ? [`${hits} requests hit in the last 2 s`] : [])];
  });
  refuseHitsAfterRevert(drill.loadStatistics);
}

/** A single hit may be an unrelated slow request. Two or more hits in this short time mean that the fault still acts. */
export function refuseHitsAfterRevert(
  loadStatistics: Pick<LoadStatistics, 'hitsBegunSince'>,
  now = Date.now(),
): void {
  const hits = loadStatistics.hitsBegunSince(now - recentHitMs);
  if (hits < 2) return;
  throw broken(
    'prove recovery',
    `${hits} requests were hit in the last 2 s: the revert did not undo the fault`,
  );
}

/** Waits until nothing is missing, or notes what still is when the time is over. */
export async function waitOrNote(
  { recorder, signal, options }: RunningDrill,
  where: PhaseName,
  what: string,
  withinMs: number,
  findMissing: () => Promise<readonly string[]>,
): Promise<void> {
  const look = async () => {
    const missing = await findMissing();
    return missing.length === 0 ? met(true) : notYet(missing.join('; '));
  };
  try {
    await until(what, look, { where, withinMs, everyMs: 250, signal, onNotMet: (saw) => recorder.saw(saw) });
  } catch (error) {
    signal.throwIfAborted();
    options.tell({ type: 'note', message: messageOf(error) });
  }
}

const missingNow = (
  { options, stack }: RunningDrill,
  status: Page['status'],
  since: number,
): PageExpectation[] => missingPages(options.scenario.expectations, collectPages(stack).pages, status, since);

/**
 * Returns the expectations whose page has not arrived in this state since the injection. A resolution is expected only for
 * a page that came, and after the last one if it came again; if only a page with wrong labels came, its resolution is
 * expected.
 *
 * @param pages in order of arrival.
 */
export function missingPages(
  expectations: readonly Expectation[],
  pages: readonly Page[],
  status: Page['status'],
  since: number,
): PageExpectation[] {
  return expectedPages(expectations).filter((expectation) => {
    const paged = pageFor(expectation, pages, since);
    if (status === 'firing') return paged === undefined || !hasLabels(paged.labels, expectation.labels);
    const own = pages.filter(
      (page) => isShown(page) && isAbout(page, expectation) && page.receivedAt >= since,
    );
    if (paged === undefined || !awaitsResolution(expectation)) return false;
    const last = own.filter((page) => labelsAgree(page.labels, paged.labels)).at(-1);
    return last?.status !== 'resolved';
  });
}

/** Returns the first page since `since` that meets the expectation, or else the first whose labels alone differ. */
export function pageFor(
  expectation: PageExpectation,
  pages: readonly Page[],
  since: number,
): Page | undefined {
  const firing = pages.filter(
    (page) =>
      page.status === 'firing' && isShown(page) && isAbout(page, expectation) && page.receivedAt >= since,
  );
  return firing.find((page) => hasLabels(page.labels, expectation.labels)) ?? firing[0];
}

/** The terms of a floor between the evaluation and the page. */
const termsAfterEvaluation: readonly FloorTermName[] = ['spread', 'group wait', 'group interval', 'delivery'];

/** The longest time from the evaluation that makes an alert fire to its page, in milliseconds; 0 without a floor. */
const pagingMs = ({ scenario, floors }: TargetInputs, expectation: AlertExpectation): number =>
  (floorFor({ scenario, floors }, expectation)?.detect.terms ?? [])
    .filter(({ name }) => termsAfterEvaluation.includes(name))
    .reduce((sum, { worst }) => sum + worst, 0);

/**
 * Returns the suppressed alerts that do not fire yet, or whose page may still come: only afterwards does its absence show
 * that they are suppressed.
 *
 * @param held alerts that the managers' Alertmanagers have.
 * @param since the injection, epoch milliseconds.
 */
export function mayStillPage(
  inputs: TargetInputs,
  held: readonly Pick<AlertmanagerAlert, 'labels' | 'receivedAt'>[],
  since: number,
  now: number,
): string[] {
  return suppressedAlerts(inputs.scenario.expectations).flatMap((expectation) => {
    const { alert } = expectation;
    const own = held.filter(({ labels, receivedAt }) => labels.alertname === alert && receivedAt >= since);
    if (own.length === 0) return [`${alert} does not fire yet`];
    const last = Math.max(...own.map(({ receivedAt }) => receivedAt));
    return now < last + pagingMs(inputs, expectation) + timerToleranceMs ? [`${alert} may still page`] : [];
  });
}

/**
 * How long to wait for stray pages, in milliseconds: at least until a pending alert could still page, until an alert that was
 * evaluated together with the resolved one could page, and until a resolution that is not to be sent would have been.
 */
export function strayPagesWaitMs(inputs: TargetInputs & Pick<LimitInputs, 'files'>): number {
  const { scenario, pace, files } = inputs;
  const all = alertsWithEvidence(scenario.expectations);
  const pending = all.filter(({ kind }) => kind === 'pending-only');
  const reaches = reachesOf(files, pace.factor);
  const unresolved = expectedPages(scenario.expectations).filter(
    (page) => !awaitsResolution(page) && !outlastsDrill(page),
  );
  return Math.max(
    paced(scenario.settleFor, pace),
    ...all.map((expectation) => pagingMs(inputs, expectation)),
    ...pending.map((expectation) => (floorFor(inputs, expectation)?.detect.worst ?? 0) + 2_000),
    ...unresolved
      .flatMap(({ alert }) => reaches.get(alert) ?? [])
      .map(({ groupIntervalMs, evaluationMs }) => groupIntervalMs() + evaluationMs + timerToleranceMs),
  );
}
