import { setTimeout as sleep } from 'node:timers/promises';
import { broken, messageOf } from '../../core/errors.ts';
import { shownByMetric } from '../../core/metric-telemetry.ts';
import { paced } from '../../core/pace.ts';
import { met, never, notYet, until } from '../../core/poll.ts';
import type { AlertEvidence, FaultWindow, Hop } from '../../core/record.ts';
import type { Hits, Scenario } from '../../core/scenario.ts';
import type { FaultContext, PreparedFault } from '../../faults/fault.ts';
import { answerWithinMs } from '../../scenarios/load/plan.ts';
import type { RunningStack } from '../../stacks/start.ts';
import type { Change } from '../attached/notes.ts';
import { tailedFiles } from '../evidence/log-files.ts';
import type { RunningDrill } from '../running-drill.ts';
import { folderOf, knownOf } from '../stack/placement.ts';
import type { LiveHops } from '../watch/live-hops.ts';
import { type Exporter, watchTelemetry } from '../watch/telemetry-watch.ts';
import { faultContext } from './fault-context.ts';
import type { InjectedFault, Reverted } from './injected-fault.ts';
import type { LimitInputs } from './phase.ts';
import { tellSilentFiles } from './silent-files.ts';
import { tellUnusedLinks } from './unused-links.ts';

/** Long enough for a killed service to restart on a busy machine. */
const revertWithinMs = 30_000;

/** Injects the fault and watches the telemetry for its first sign. The revert is registered before the injection. */
export async function injectFault({
  options: { scenario, seed, pace, placement, project, env },
  fault,
  stack,
  prometheus,
  load,
  loki,
  signal,
  recorder,
  loadStatistics,
  scope,
  componentLost,
}: RunningDrill): Promise<InjectedFault> {
  const settings = { seed, directory: folderOf(placement, project), env };
  const watching = new AbortController();
  const watched = AbortSignal.any([signal, watching.signal]);
  const areServicesScraped = knownOf(placement) === undefined;
  const exporters = exportersOf(stack);
  const sources = { exporters, areServicesScraped, loki, prometheus, pace };
  const telemetry = await watchTelemetry(scenario.fault.telemetry, sources, watched);
  const ended = new AbortController();
  const { kind, params } = scenario.fault;
  const noted: Change = { kind: 'fault', scenario: scenario.name, fault: { kind, params } };
  let cycling: Promise<void> | undefined;
  let reverted: Promise<Reverted> | undefined;
  const revert = () => {
    reverted ??= (async () => {
      const heldUntil = Date.now();
      ended.abort();
      // A cycle must not inject it again afterwards.
      await cycling;
      await fault.revert(faultContext(stack, load, settings, AbortSignal.timeout(revertWithinMs)));
      await stack.notes?.strike(noted);
      watching.abort();
      return { heldUntil, revertedAt: Date.now() };
    })();
    return reverted;
  };
  const undo = async () => void (await revert());
  scope.defer('revert the fault', undo, revertWithinMs + 1_000);
  await stack.notes?.add(noted);
  const injectedAt = Date.now();
  recorder.record.faultWindow = {
    injectedAt,
    hits: 0,
    requests: 0,
    hitsBefore: 0,
    required: requiredHits(scenario),
  };
  await fault.inject(faultContext(stack, load, settings, signal));
  const injectionEndedAt = Date.now();
  loadStatistics.setFaultEffectiveFrom(injectionEndedAt);
  // A slow command takes effect before it ends. The time to detect must count from the effect.
  void telemetry.exported.then(({ at }) => {
    if (at !== undefined && at >= injectedAt) loadStatistics.setFaultEffectiveFrom(at);
  });
  const { cycle } = scenario.fault;
  if (cycle) {
    cycling = comeAndGo(
      fault,
      { on: paced(cycle.on, pace), off: paced(cycle.off, pace) },
      faultContext(stack, load, settings, signal),
      AbortSignal.any([signal, ended.signal]),
      (error) => componentLost.abort(error),
    );
  }
  return { ...telemetry, injectedAt, injectionEndedAt, revert };
}

/**
 * Reverts and injects a fault in turns. Never throws.
 *
 * @param lengths in milliseconds.
 * @param until ends it in either state, but never within a command.
 * @param failed called with the error that ended it earlier: the fault stays as it is, so the drill cannot be judged.
 */
export async function comeAndGo(
  fault: Pick<PreparedFault, 'inject' | 'revert'>,
  lengths: { readonly on: number; readonly off: number },
  context: FaultContext,
  until: AbortSignal,
  failed: (error: Error) => void,
): Promise<void> {
  try {
    for (;;) {
      await sleep(lengths.on, undefined, { signal: until });
      await fault.revert(context);
      await sleep(lengths.off, undefined, { signal: until });
      await fault.inject(context);
    }
  } catch (error) {
    if (until.aborted) return;
    failed(broken('fault', `it does not come and go any more: ${messageOf(error)}`, undefined, error));
  }
}

/** Records which requests were hit from the injection to the revert. */
export function recordFaultWindow(
  { options: { scenario }, loadStatistics, recorder }: RunningDrill,
  { injectedAt }: Pick<InjectedFault, 'injectedAt'>,
  reverted: Reverted,
): void {
  recorder.record.faultWindow = {
    injectedAt,
    ...reverted,
    required: requiredHits(scenario),
    ...loadStatistics.window(injectedAt, reverted.revertedAt),
  };
}

/**
 * Moves the first hit of a fault that hits no request back to the time at which the expression of an expected alert became
 * true. On a busy machine the injection ends, and the telemetry is read, later than that, and the time to detect would be
 * too short.
 */
export function effectiveBeforeAlerts(
  window: FaultWindow,
  hits: Hits | undefined,
  alerts: readonly Pick<AlertEvidence, 'hops'>[],
): FaultWindow {
  const { firstHitAt, injectedAt } = window;
  if (hits || firstHitAt === undefined) return window;
  const trueAt = alerts
    .flatMap(({ hops }) => hops.filter(({ name }) => name === 'expression true'))
    .map(({ at = Number.NaN }) => at)
    // Before that, it was true without the fault.
    .filter((at) => at > injectedAt);
  return { ...window, firstHitAt: Math.min(firstHitAt, ...trueAt) };
}

const exportersPort = 8889;

/** The Collectors that Prometheus scrapes: the sidecars, or the shared Collector. */
const exportersOf = ({ components, url }: RunningStack): Exporter[] =>
  components
    .filter(({ spec }) => spec.ports.includes(exportersPort))
    .map(({ spec }) => ({ name: spec.name, url: `${url(spec.pod, exportersPort)}/metrics` }));

/**
 * Waits until the fault has shown an effect: in the requests that it hits or, for a fault that hits none, in the
 * telemetry.
 *
 * @throws FiredrillError `broken` when there is no effect in time.
 */
export async function proveFault(
  {
    options: { scenario, pace, placement },
    fault: { needs },
    stack: { logs },
    loki,
    loadStatistics,
    signal,
    recorder,
  }: RunningDrill,
  fault: InjectedFault,
  hops: LiveHops,
  withinMs: number,
): Promise<void> {
  const { atLeast, hits, lasts } = scenario.fault;
  const exported = hopOnceSettled(fault.exported);
  await until(
    effectText(scenario),
    async () => {
      await hops.look();
      const count = loadStatistics.hitsSince(fault.injectedAt);
      const shownAt = exported.hop?.at;
      if (!hits && shownAt !== undefined && shownAt < fault.injectedAt) {
        return never(`${exported.hop?.detail ?? 'it shows'} already before the fault`);
      }
      if (hits ? count >= atLeast : shownAt !== undefined) return met(true);
      const over =
        lasts &&
        Date.now() > fault.injectionEndedAt + paced(lasts, pace) + k6ReportDelayMs + longestHitMs(scenario);
      if (!hits) return over ? never('the fault is over and did not show') : notYet('it does not show yet');
      return over
        ? never(`the fault is over and hit ${count} requests, fewer than ${atLeast}`)
        : notYet(`${count} so far`);
    },
    {
      where: 'prove fault',
      withinMs,
      signal,
      onNotMet: (saw) => recorder.saw(saw),
      hint: 'the fault had no effect, so the alert was not tested; check the fault and the load',
    },
  ).catch(async (error: unknown) => {
    signal.throwIfAborted();
    const { system } = placement;
    const told = await tellUnusedLinks(error, needs.links ?? [], system?.links ?? {}, logs);
    if (scenario.fault.telemetry.signal !== 'log') throw told;
    const since = recorder.record.startedAt;
    throw tellSilentFiles(told, await tailedFiles({ system, loki, logs, since }));
  });
}

function hopOnceSettled(promise: Promise<Hop>): { hop?: Hop } {
  const found: { hop?: Hop } = {};
  void promise.then((hop) => {
    found.hop = hop;
  });
  return found;
}

/** The number of hits that prove the fault. 0 for a fault that hits no request, which its telemetry proves. */
export const requiredHits = ({ fault }: Scenario): number => (fault.hits ? fault.atLeast : 0);

/** Describes what proves that a scenario's fault had an effect. */
export function effectText({ fault: { atLeast, hits, telemetry } }: Scenario): string {
  if (!hits) {
    if (telemetry.signal === 'query') return `a result of ${telemetry.query}`;
    return telemetry.signal === 'metric' ? shownByMetric(telemetry) : 'the fault to show';
  }
  const { journey, status, slowerThanMs, instance } = hits;
  return [
    `${atLeast} requests of journey ${journey}`,
    ...(status ? [`with status ${status.join(' or ')}`] : []),
    ...(slowerThanMs === undefined ? [] : [`slower than ${slowerThanMs} ms`]),
    ...(instance === undefined ? [] : [`to ${instance}`]),
  ].join(' ');
}

/** A gauge is measured, exported and scraped within this time, also at real pace. */
const telemetryShowsWithinMs = 90_000;

/**
 * How long to wait for the proof, in milliseconds: four times as long as the required hits take at the load's rate, and at
 * least 10 s, plus the longest duration of a hit, because a request is reported when it ends. For a fault that hits a
 * random share of requests, at least as long as twice the hits and 14 more take: chance exceeds that in one of a million
 * drills.
 */
export function proofWithinMs({ scenario }: Pick<LimitInputs, 'scenario'>): number {
  const { fault, load } = scenario;
  const { hits, atLeast, params } = fault;
  if (!hits) return telemetryShowsWithinMs;
  const rate = load.rates[hits.journey] ?? 1;
  const share = typeof params.share === 'number' && params.share > 0 ? params.share : 1;
  const byChanceMs = share < 1 ? (1_000 * (2 * atLeast + 14)) / (rate * share) : 0;
  return Math.max(10_000, (4_000 * atLeast) / rate, byChanceMs) + longestHitMs(scenario);
}

/** How long a hit request may take to end. */
function longestHitMs({ fault: { hits } }: Scenario): number {
  if (!hits) return telemetryShowsWithinMs;
  return Math.max(hits.slowerThanMs ?? 0, hits.status?.includes(0) ? answerWithinMs : 0);
}

/** The delay until k6 reports a request that has ended. */
const k6ReportDelayMs = 3_000;

/**
 * Reverts a fault of fixed length at its end, whether or not an effect has been shown by then.
 *
 * @param lastsMs length of the fault, counted from the end of the injecting command.
 * @param signal ends the wait. The caller must then revert the fault.
 */
export async function revertAfter(fault: InjectedFault, lastsMs: number, signal: AbortSignal): Promise<void> {
  const leftMs = fault.injectionEndedAt + lastsMs - Date.now();
  if (leftMs > 0) await sleep(leftMs, undefined, { signal });
  await fault.revert();
}
