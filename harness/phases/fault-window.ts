import { setTimeout as sleep } from 'node:timers/promises';
import { paced } from '../../core/pace.ts';
import { met, never, notYet, until } from '../../core/poll.ts';
import type { Hop } from '../../core/record.ts';
import type { Scenario } from '../../core/scenario.ts';
import { answerWithinMs } from '../../scenarios/load/plan.ts';
import type { RunningStack } from '../../stacks/start.ts';
import type { RunningDrill } from '../running-drill.ts';
import type { LiveHops } from '../watch/live-hops.ts';
import { type Exporter, watchTelemetry } from '../watch/telemetry-watch.ts';
import { faultContext } from './fault-context.ts';
import type { OpenFault, Reverted } from './open-fault.ts';
import type { LimitInputs } from './phase.ts';

/** A killed service starts anew, on a machine that may be busy. */
const revertWithinMs = 30_000;

/** Injects the fault, and watches the telemetry for its first sign. Its revert is registered first. */
export async function injectFault({
  options: { scenario, seed },
  fault,
  stack,
  grafana,
  signal,
  recorder,
  account,
  scope,
}: RunningDrill): Promise<OpenFault> {
  const watching = new AbortController();
  const watched = AbortSignal.any([signal, watching.signal]);
  const sources = { exporters: exportersOf(stack), loki: grafana?.loki };
  const telemetry = await watchTelemetry(scenario.fault.telemetry, sources, watched);
  let reverted: Promise<Reverted> | undefined;
  const revert = () => {
    reverted ??= (async () => {
      const heldUntil = Date.now();
      await fault.revert(faultContext(stack, seed, AbortSignal.timeout(revertWithinMs)));
      watching.abort();
      return { heldUntil, revertedAt: Date.now() };
    })();
    return reverted;
  };
  const undo = async () => void (await revert());
  scope.defer('revert the fault', undo, revertWithinMs + 1_000);
  const injectedAt = Date.now();
  recorder.record.faultWindow = {
    injectedAt,
    hits: 0,
    requests: 0,
    hitsBefore: 0,
    required: requiredHits(scenario),
  };
  await fault.inject(faultContext(stack, seed, signal));
  const inAt = Date.now();
  account.faultWorks(inAt);
  // A command that takes its time works before it ends, and no time to detect may be lost by that.
  void telemetry.exported.then(({ at }) => {
    if (at !== undefined && at >= injectedAt) account.faultWorks(at);
  });
  return { ...telemetry, injectedAt, inAt, revert };
}

/** Keeps in the record what was hit from the injection to the revert. */
export function measure(
  { options: { scenario }, account, recorder }: RunningDrill,
  { injectedAt }: Pick<OpenFault, 'injectedAt'>,
  reverted: Reverted,
): void {
  recorder.record.faultWindow = {
    injectedAt,
    ...reverted,
    required: requiredHits(scenario),
    ...account.window(injectedAt, reverted.revertedAt),
  };
}

const exportersPort = 8889;

/** The Collectors whose exporters show what Prometheus scrapes: the sidecars, or the shared one. */
const exportersOf = ({ components, url }: RunningStack): Exporter[] =>
  components
    .filter(({ spec }) => spec.ports.includes(exportersPort))
    .map(({ spec }) => ({ name: spec.name, url: `${url(spec.pod, exportersPort)}/metrics` }));

/** Waits until it is shown that the fault had an effect: by the requests that it hit, else by the telemetry. */
export async function proveFault(
  { options: { scenario, pace }, account, signal, recorder }: RunningDrill,
  fault: OpenFault,
  hops: LiveHops,
  withinMs: number,
): Promise<void> {
  const { atLeast, hits, lasts } = scenario.fault;
  const exported = settledHop(fault.exported);
  await until(
    effectText(scenario),
    async () => {
      await hops.look();
      const count = account.hitsSince(fault.injectedAt);
      const shownAt = exported.hop?.at;
      if (!hits && shownAt !== undefined && shownAt < fault.injectedAt) {
        return never(`${exported.hop?.detail ?? 'it shows'} already before the fault`);
      }
      if (hits ? count >= atLeast : shownAt !== undefined) return met(true);
      const over =
        lasts && Date.now() > fault.inAt + paced(lasts, pace) + knownWithinMs + knownAfterMs(scenario);
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
      hint: 'the fault had no effect, so nothing was learnt about the alert; check the fault and the load',
    },
  );
}

function settledHop(promise: Promise<Hop>): { hop?: Hop } {
  const found: { hop?: Hop } = {};
  void promise.then((hop) => {
    found.hop = hop;
  });
  return found;
}

/** A fault that hits no request is proven by its telemetry, before its pages are awaited. */
export const requiredHits = ({ fault }: Scenario): number => (fault.hits ? fault.atLeast : 0);

/** What proves that a scenario's fault had an effect. */
export function effectText({ fault: { atLeast, hits, telemetry } }: Scenario): string {
  if (!hits) {
    return telemetry.signal === 'metric'
      ? `${telemetry.metric} above ${telemetry.above}`
      : 'the fault to show';
  }
  const { journey, status, slowerThanMs, instance } = hits;
  return [
    `${atLeast} requests of journey ${journey}`,
    ...(status ? [`with status ${status.join(' or ')}`] : []),
    ...(slowerThanMs === undefined ? [] : [`slower than ${slowerThanMs} ms`]),
    ...(instance === undefined ? [] : [`to ${instance}`]),
  ].join(' ');
}

/** A gauge is measured, exported and shown within this, also at real pace. */
const shownWithinMs = 90_000;

/**
 * Four times as long as the hits should take at the load's rate, and at least 10 s; a slow request is known only when
 * it ends, and one without an answer may be when nobody waits for that any longer. Of a fault that hits a share by
 * chance, as long as twice the hits and 14 more should take: chance alone exceeds that once in a million drills.
 */
export function proofWithinMs({ scenario }: Pick<LimitInputs, 'scenario'>): number {
  const { fault, load } = scenario;
  const { hits, atLeast, params } = fault;
  if (!hits) return shownWithinMs;
  const rate = load.rates[hits.journey] ?? 1;
  const share = typeof params.share === 'number' && params.share > 0 ? params.share : 1;
  const byChanceMs = share < 1 ? (1_000 * (2 * atLeast + 14)) / (rate * share) : 0;
  return Math.max(10_000, (4_000 * atLeast) / rate, byChanceMs) + knownAfterMs(scenario);
}

/** How long a request that is hit may take to end, at which it is known. */
function knownAfterMs({ fault: { hits } }: Scenario): number {
  if (!hits) return shownWithinMs;
  return Math.max(hits.slowerThanMs ?? 0, hits.status?.includes(0) ? answerWithinMs : 0);
}

/** For k6 to tell of a request that has ended. */
const knownWithinMs = 3_000;

/**
 * Lets a fault of fixed length last, counted from the end of its command, and reverts it; whether it had an effect may
 * be known only afterwards.
 *
 * @param lastsMs its length.
 * @param signal ends the wait, and leaves the revert to the caller.
 */
export async function lastOut(fault: OpenFault, lastsMs: number, signal: AbortSignal): Promise<void> {
  const leftMs = fault.inAt + lastsMs - Date.now();
  if (leftMs > 0) await sleep(leftMs, undefined, { signal });
  await fault.revert();
}
