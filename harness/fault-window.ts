import { paced } from '../core/pace.ts';
import { met, never, notYet, until } from '../core/poll.ts';
import type { Hop } from '../core/record.ts';
import type { PreparedFault } from '../faults/fault.ts';
import { readSidecar, sumOf, watchFirstAbove } from '../signals/readers/sidecar.ts';
import type { LiveHops } from './live-hops.ts';
import type { Parts } from './parts.ts';

/** The fault while it lasts. */
export interface OpenFault {
  readonly injectedAt: number;
  /** When the sidecars first showed it. */
  readonly exported: Promise<Hop>;
  /** Idempotent; works under a signal of its own, since it must work when the drill was ended. */
  revert(): Promise<number>;
}

const revertWithinMs = 10_000;

/** Injects the fault, and watches the sidecars for its first trace. Its revert is registered first. */
export async function injectFault(
  { scenario, stack, signal, keeper }: Parts,
  fault: PreparedFault,
  defer: (what: string, undo: () => Promise<void>) => void,
): Promise<OpenFault> {
  const watching = new AbortController();
  const { exported } = await watchSidecars(
    stack,
    scenario.fault.telemetry,
    AbortSignal.any([signal, watching.signal]),
  );
  let reverted: Promise<number> | undefined;
  const revert = () => {
    reverted ??= (async () => {
      await fault.revert({ url: stack.url, signal: AbortSignal.timeout(revertWithinMs) });
      watching.abort();
      return Date.now();
    })();
    return reverted;
  };
  defer('revert the fault', async () => {
    await revert();
  });
  const injectedAt = Date.now();
  keeper.record.faultWindow = {
    injectedAt,
    hits: 0,
    requests: 0,
    hitsBefore: 0,
    required: scenario.fault.atLeast,
  };
  await fault.inject({ url: stack.url, signal });
  return { injectedAt, exported, revert };
}

async function watchSidecars(
  stack: Parts['stack'],
  { metric, labels }: Parts['scenario']['fault']['telemetry'],
  signal: AbortSignal,
): Promise<{ exported: Promise<Hop> }> {
  const urls = stack.components
    .filter(({ spec }) => spec.config === 'collector')
    .map(({ spec }) => ({ name: spec.name, url: `${stack.url(spec.pod, 8889)}/metrics` }));
  const baselines = await Promise.all(
    urls.map(async ({ url }) => sumOf(await readSidecar(url, signal), metric, labels)),
  );
  const source = `the sidecars' exporters, read every 50 ms: ${metric} above its value before`;
  const watches = urls.map(async ({ name, url }, i): Promise<Hop> => {
    const seen = await watchFirstAbove(url, metric, labels, baselines[i] ?? 0, { everyMs: 50, signal });
    if (seen.at === undefined) throw new Error(seen.lastProblem ?? 'never rose');
    return { name: 'telemetry exported', at: seen.at, source, detail: `${name} shows ${seen.value}` };
  });
  const exported = Promise.any(watches).catch((): Hop => ({ name: 'telemetry exported', source }));
  return { exported };
}

/** Waits until k6's samples show that the fault hit as many requests as the scenario asks for. */
export async function proveFault(parts: Parts, injectedAt: number, hops: LiveHops): Promise<void> {
  const { scenario, account, signal, keeper, pace } = parts;
  const { atLeast, hits, lasts } = scenario.fault;
  await until(
    `${atLeast} requests of journey ${hits.journey} with status ${hits.status.join(' or ')}`,
    async () => {
      await hops.look();
      const count = account.hitsSince(injectedAt);
      if (count >= atLeast) return met(count);
      const over = lasts && Date.now() > injectedAt + paced(lasts, pace) + 2_000;
      return over
        ? never(`the fault is over and hit ${count} requests, fewer than ${atLeast}`)
        : notYet(`${count} so far`);
    },
    {
      where: 'prove fault',
      withinMs: proofWithinMs(scenario),
      signal,
      onLook: (saw) => keeper.saw(saw),
      hint: 'the fault had no effect, so nothing was learnt about the alert; check the fault and the load',
    },
  );
}

/** Four times as long as the hits should take at the load's rate, and at least 10 s. */
export const proofWithinMs = ({ fault, load }: Parts['scenario']): number =>
  Math.max(10_000, (4_000 * fault.atLeast) / (load.rates[fault.hits.journey] ?? 1));

/** How much longer a fault of fixed length has to last, milliseconds; 0 for one that has no such length. */
export const lastsStillMs = (
  { scenario, pace }: Pick<Parts, 'scenario' | 'pace'>,
  injectedAt: number,
): number =>
  scenario.fault.lasts ? Math.max(0, injectedAt + paced(scenario.fault.lasts, pace) - Date.now()) : 0;

/** Lets a fault of fixed length last. */
export async function lastOut(parts: Parts, injectedAt: number, hops: LiveHops): Promise<void> {
  const { signal, keeper } = parts;
  const leftMs = lastsStillMs(parts, injectedAt);
  await until(
    "the fault's end",
    async () => {
      await hops.look();
      const left = lastsStillMs(parts, injectedAt);
      return left === 0 ? met(true) : notYet(`${(left / 1000).toFixed(1)} s to go`);
    },
    {
      where: 'fault',
      withinMs: leftMs + 5_000,
      signal,
      everyMs: Math.min(100, leftMs),
      onLook: (saw) => keeper.saw(saw),
    },
  );
}
