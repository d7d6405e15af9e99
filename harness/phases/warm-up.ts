import { join } from 'node:path';
import { paced } from '../../core/pace.ts';
import { met, notYet, until } from '../../core/poll.ts';
import type { DrillRecord } from '../../core/record.ts';
import { ownedEnvironment } from '../../stacks/runtimes/process/owner.ts';
import { startLoad } from '../load/k6.ts';
import type { Parts } from '../parts.ts';
import type { Drill } from '../running-drill.ts';
import { loadLog } from '../stack/open-stack.ts';
import { isSameLoad } from '../stack/reuse.ts';
import { pagesWithinMs, resolveWithinMs, settleMs } from './await-pages.ts';
import { proofWithinMs } from './fault-window.ts';
import { gateWithinMs } from './gate.ts';
import { holdWithinMs } from './hold-fault.ts';
import { calmWithinMs } from './nothing-left.ts';

/** k6 is bounded: it ends by itself when every phase had taken as long as it may. */
const loadAtMostMs = (parts: Parts, floors: DrillRecord['floors']): number => {
  const { scenario, pace } = parts;
  const lasts = scenario.fault.lasts ? paced(scenario.fault.lasts, pace) : 0;
  return (
    warmUpWithinMs(parts) +
    gateWithinMs(parts) +
    proofWithinMs(scenario) +
    lasts +
    pagesWithinMs(parts) +
    holdWithinMs(parts) +
    resolveWithinMs(parts) +
    Math.max(settleMs(parts, floors), calmWithinMs(parts)) +
    // To inject and revert, each on a busy machine, and for proofs of what is on its way.
    120_000
  );
};

/** The warm-up itself, and the first requests to cold services before it, on a busy machine. */
export const warmUpWithinMs = (parts: Pick<Parts, 'scenario' | 'pace'>): number =>
  paced(parts.scenario.load.warmUp, parts.pace) + 20_000;

/** What each component weighs under healthy load. */
export async function rememberMemory({ recorder, runtime }: Parts): Promise<void> {
  const memory = await runtime.memory();
  for (const component of recorder.record.stack.components) {
    const bytes = memory.get(component.name);
    if (bytes !== undefined) component.memoryMiB = Math.round((bytes / 2 ** 20) * 10) / 10;
  }
}

/**
 * Starts the load, and waits until every journey has been answered for as long as the scenario says. The healthy end of
 * the same load of a drill before counts.
 */
export async function warmUp(
  { options, directory, owner, scope, lost, recorder }: Drill,
  parts: Parts,
): Promise<void> {
  const { scenario, pace, stack, account, signal } = parts;
  await startLoad({
    k6: options.toolchain.path('k6'),
    script: join(options.project, 'scenarios', 'load', `${scenario.load.script}.ts`),
    baseUrls: storefrontsOf(stack),
    rates: scenario.load.rates,
    atMostMs: loadAtMostMs(parts, recorder.record.floors),
    log: join(directory.logs, loadLog),
    samples: join(directory.path, 'samples.csv'),
    env: ownedEnvironment(options.env, owner),
    scope,
    account,
    onLost: (error) => lost.abort(error),
  });
  const journeys = Object.keys(scenario.load.rates);
  const warmMs = paced(scenario.load.warmUp, pace);
  let since: number | undefined;
  await until(
    `answers on every journey for ${Math.round(warmMs / 1000)} s`,
    () => {
      const silent = journeys.filter((journey) => !account.lastAnswers().has(journey));
      if (silent.length > 0) return notYet(`no load yet, or no answer, on ${silent.join(', ')}`);
      since ??= healthyBefore(parts) ?? Date.now();
      const warm = Date.now() - since;
      return warm >= warmMs
        ? met(true)
        : notYet(`traffic for ${Math.round(warm / 1000)} of ${Math.round(warmMs / 1000)} s`);
    },
    {
      where: 'warm up',
      withinMs: warmUpWithinMs(parts),
      signal,
      onLook: (saw) => recorder.saw(saw),
      hint: `see ${join(directory.logs, loadLog)}`,
    },
  );
}

const healthyBefore = ({ before, scenario }: Parts): number | undefined =>
  before && isSameLoad(before.scenario, scenario) ? before.healthyFrom : undefined;

/** The storefront's instances in order, as the load numbers them: storefront, storefront-2 and so on. */
const storefrontsOf = ({ components, url }: Parts['stack']): string[] =>
  components
    .map(({ spec }) => spec.name)
    .filter((name) => /^storefront(-\d+)?$/.test(name))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((name) => url(name, 3000));
