import { join } from 'node:path';
import { paced } from '../core/pace.ts';
import { met, notYet, until } from '../core/poll.ts';
import type { DrillRecord } from '../core/record.ts';
import type { Scenario } from '../core/scenario.ts';
import { memoryOf } from '../stacks/runtimes/process/memory.ts';
import { ownedEnvironment } from '../stacks/runtimes/process/owner.ts';
import { Annotations } from './annotations.ts';
import { awaitPages, awaitRecovery, pagesWithinMs, resolveWithinMs, settleMs } from './await-pages.ts';
import { collectEvidence, openRunbookLinks, readTrouble } from './collect.ts';
import type { Drill } from './drill.ts';
import {
  effectText,
  injectFault,
  lastOut,
  lastsStillMs,
  proofWithinMs,
  proveFault,
  requiredHits,
} from './fault-window.ts';
import { gateWithinMs, quietGate } from './gate.ts';
import { LiveHops } from './live-hops.ts';
import { startLoad } from './load/k6.ts';
import { collectPages } from './pages.ts';
import type { Parts } from './parts.ts';
import { startProofs } from './proofs/proofs.ts';

/** The phases on a running stack, from the first request to the collected evidence. */
export async function throughPhases(drill: Drill, parts: Parts): Promise<void> {
  const { keeper } = drill;
  const { scenario, pace } = parts;
  const warmMs = paced(scenario.load.warmUp, pace);
  await keeper.phase('warm up', { awaits: 'a history of healthy traffic', upToMs: warmMs + 10_000 }, () =>
    warmUp(drill, parts),
  );
  const gate = {
    awaits: 'nothing pending, firing or paged',
    upToMs: gateWithinMs(paced(scenario.quietFor, pace)),
  };
  const before = await keeper.phase('quiet gate', gate, async () => {
    keeper.record.quietGate = await quietGate(parts);
    rememberMemory(drill);
    return await readTrouble(parts);
  });
  await throughFault(drill, parts, before);
}

/** k6 is bounded: it ends by itself when every phase had taken as long as it may. */
const loadAtMostMs = (parts: Parts, floors: DrillRecord['floors']): number => {
  const { scenario, pace } = parts;
  const lasts = scenario.fault.lasts ? paced(scenario.fault.lasts, pace) : 0;
  return (
    paced(scenario.load.warmUp, pace) +
    gateWithinMs(paced(scenario.quietFor, pace)) +
    proofWithinMs(scenario) +
    lasts +
    pagesWithinMs(parts) +
    resolveWithinMs(parts) +
    settleMs(parts, floors) +
    60_000
  );
};

/** What each component weighs under healthy load. */
function rememberMemory({ keeper, owner }: Drill): void {
  const memory = memoryOf(owner.run);
  for (const component of keeper.record.stack.components) {
    const bytes = memory.get(component.name);
    if (bytes !== undefined) component.rssMiB = Math.round((bytes / 2 ** 20) * 10) / 10;
  }
}

async function warmUp(
  { options, directory, owner, scope, lost, keeper }: Drill,
  parts: Parts,
): Promise<void> {
  const { scenario, pace, stack, account, signal } = parts;
  await startLoad({
    k6: options.toolchain.path('k6'),
    script: join(options.project, 'scenarios', 'load', `${scenario.load.script}.ts`),
    baseUrls: storefrontsOf(stack),
    rates: scenario.load.rates,
    atMostMs: loadAtMostMs(parts, keeper.record.floors),
    log: join(directory.logs, 'k6.log'),
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
      if (silent.length > 0) return notYet(`no answer yet on ${silent.join(', ')}`);
      since ??= Date.now();
      const warm = Date.now() - since;
      return warm >= warmMs
        ? met(true)
        : notYet(`traffic for ${Math.round(warm / 1000)} of ${Math.round(warmMs / 1000)} s`);
    },
    {
      where: 'warm up',
      withinMs: warmMs + 10_000,
      signal,
      onLook: (saw) => keeper.saw(saw),
      hint: `see ${join(directory.logs, 'k6.log')}`,
    },
  );
}

async function throughFault(
  drill: Drill,
  parts: Parts,
  before: Awaited<ReturnType<typeof readTrouble>>,
): Promise<void> {
  const { keeper, scope, fault, directory } = drill;
  const { scenario, account } = parts;
  const { record } = keeper;
  const annotations = new Annotations(parts);
  const stopMarking = annotations.markPages(parts.receivers);
  const proofs = startProofs(parts, (what, undo) => scope.defer(what, undo));
  const open = await keeper.phase('inject', { awaits: fault.description }, () =>
    injectFault(parts, fault, (what, undo, budgetMs) => scope.defer(what, undo, budgetMs)),
  );
  annotations.mark('injection', open.injectedAt, fault.description);
  let revertedAt: number | undefined;
  const measure = () => {
    record.faultWindow = {
      injectedAt: open.injectedAt,
      ...(revertedAt === undefined ? {} : { revertedAt }),
      required: requiredHits(scenario),
      ...account.window(open.injectedAt, revertedAt ?? Date.now()),
    };
  };
  const hops = new LiveHops(parts, open);
  try {
    await keeper.phase('prove fault', { awaits: effectText(scenario), upToMs: proofWithinMs(scenario) }, () =>
      proveFault(parts, open, hops),
    );
    await keeper.phase(
      'await pages',
      { awaits: awaited(scenario), upToMs: pagesWithinMs(parts) + lastsStillMs(parts, open.injectedAt) },
      async () => {
        await lastOut(parts, open.injectedAt, hops);
        await awaitPages(parts, open.injectedAt, hops);
      },
    );
  } finally {
    await keeper.phase('revert', { awaits: 'the fault to be undone' }, async () => {
      revertedAt = await open.revert();
      annotations.mark('revert', revertedAt, `reverted: ${fault.description}`);
      measure();
    });
  }
  await keeper.phase(
    'prove recovery',
    { awaits: 'every page resolved', upToMs: resolveWithinMs(parts) },
    () => awaitRecovery(parts, open.injectedAt, hops),
  );
  const settle = settleMs(parts, record.floors);
  await keeper.phase('settle', { awaits: 'stray pages', upToMs: settle }, () => settled(parts, settle));
  await keeper.phase('collect evidence', { awaits: 'what every component knows' }, async () => {
    measure();
    Object.assign(record, collectPages(parts.receivers));
    record.runbooks = await openRunbookLinks(parts, record.pages);
    record.evidence = await collectEvidence(parts, open, before, directory.logs);
    if (record.faultWindow) record.evidence.proofs = await proofs.finish(record.faultWindow);
    stopMarking();
    await annotations.made();
  });
}

/** The storefront's instances in order, as the load numbers them: storefront, storefront-2 and so on. */
const storefrontsOf = ({ components, url }: Parts['stack']): string[] =>
  components
    .map(({ spec }) => spec.name)
    .filter((name) => /^storefront(-\d+)?$/.test(name))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((name) => url(name, 3000));

const awaited = ({ expectations }: Scenario): string =>
  expectations
    .map((expectation) =>
      expectation.kind === 'page'
        ? `${expectation.alert} at ${expectation.receiver}`
        : `the fault's end, with ${expectation.alert} no more than pending`,
    )
    .join(', ') || 'the end of the fault';

async function settled({ keeper, signal, receivers }: Parts, forMs: number): Promise<void> {
  const end = Date.now() + forMs;
  await until(
    'the settling time to pass',
    () => {
      const count = receivers.reduce((sum, receiver) => sum + receiver.deliveries().length, 0);
      return Date.now() >= end ? met(true) : notYet(`${count} deliveries so far`);
    },
    { where: 'settle', withinMs: forMs + 5_000, signal, onLook: (saw) => keeper.saw(saw) },
  );
}
