import { join } from 'node:path';
import { impossibleTargets, judge } from '../assertions/judge.ts';
import { FiredrillError } from '../core/errors.ts';
import type { Tell } from '../core/events.ts';
import type { Pace } from '../core/pace.ts';
import { met, notYet, until } from '../core/poll.ts';
import type { DrillRecord } from '../core/record.ts';
import type { Scenario } from '../core/scenario.ts';
import { Scope } from '../core/scope.ts';
import type { PreparedFault } from '../faults/fault.ts';
import { prepareFault } from '../faults/index.ts';
import { writeReports } from '../reports/write.ts';
import { type Owner, ownedProcesses, ownerOf, reapOrphans } from '../stacks/runtimes/process/owner.ts';
import { awaitPages, awaitRecovery, pagesWithinMs, resolveWithinMs, settleMs } from './await-pages.ts';
import { collectEvidence, openRunbookLinks, readTrouble } from './collect.ts';
import { injectFault, lastOut, proofWithinMs, proveFault } from './fault-window.ts';
import { floorsOf } from './floors.ts';
import { gateWithinMs, quietGate } from './gate.ts';
import { Keeper, problemOf } from './keeper.ts';
import { LiveHops } from './live-hops.ts';
import { LoadAccount } from './load/account.ts';
import { startLoad } from './load/k6.ts';
import { collectPages, pagesOf } from './pages.ts';
import { type Parts, paced } from './parts.ts';
import { makeRunDirectory, type RunDirectory } from './run-directory.ts';
import { type Ears, openEars, openReaders, startStage } from './stage.ts';

export interface DrillOptions {
  readonly scenario: Scenario;
  readonly pace: Pace;
  readonly toolchain: { path(binary: string): string; version(binary: string): string };
  /** Directory that keeps the runs. */
  readonly runs: string;
  /** The project's own directory. */
  readonly project: string;
  /** The user's configuration, laid over the project's. */
  readonly overlay: string | undefined;
  /** Ports asked for, by component. */
  readonly ports: ReadonlyMap<string, number>;
  /** What components inherit. */
  readonly env: Readonly<Record<string, string>>;
  readonly node: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Called with the judged record while the stack is still up; the stack stays until it returns. */
  readonly beforeTearDown?: (record: DrillRecord) => Promise<void>;
  readonly signal: AbortSignal;
  readonly tell: Tell;
}

/** One drill that has been made ready: what its phases share. */
interface Drill {
  readonly options: DrillOptions;
  readonly fault: PreparedFault;
  readonly directory: RunDirectory;
  readonly owner: Owner;
  readonly keeper: Keeper;
  readonly scope: Scope;
  /** Ends when the person or a lost component ends the drill. */
  readonly signal: AbortSignal;
  readonly lost: AbortController;
}

/**
 * Executes a scenario. What goes wrong in the stack or by the person's wish is in the record, not thrown.
 *
 * @throws FiredrillError `bad-input` or `broken` when there is not even a place for a record.
 */
export async function runDrill(options: DrillOptions): Promise<DrillRecord> {
  const fault = prepareFault(options.scenario);
  const directory = await makeRunDirectory(options.runs, options.scenario.name);
  const lost = new AbortController();
  const signal = AbortSignal.any([options.signal, lost.signal]);
  const keeper = new Keeper(
    {
      id: directory.id,
      scenario: options.scenario,
      pace: options.pace,
      stack: { name: 'metrics', topology: 'sidecar', runtime: 'process', components: [] },
      versions: { ...options.versions },
    },
    options.tell,
    (record) => save(record, directory.path, options.tell),
  );
  const { record } = keeper;
  options.tell({ type: 'drill-started', record, directory: directory.path });
  const scope = new Scope((failure) => record.teardownFailures.push(failure));
  const drill: Drill = {
    options,
    fault,
    directory,
    owner: ownerOf(directory.id, process.pid),
    keeper,
    scope,
    signal,
    lost,
  };
  try {
    await keeper.save();
    const ears = await keeper.phase('open receivers', { awaits: 'Slack, PagerDuty, webhook' }, () =>
      hear(drill),
    );
    await onStage(drill, ears);
    if (options.beforeTearDown) await options.beforeTearDown(judged(record));
  } catch (error) {
    record.problem ??= problemOf(error);
  }
  await keeper
    .phase('tear down', { awaits: 'every process to end', upToMs: 30_000 }, () => tearDown(drill))
    .catch(() => {});
  return await concluded(drill);
}

const judged = (record: Keeper['record']): DrillRecord => ({ ...record, ...judge(record) });

/** Judges, and writes the reports. A report that cannot be written is told, and does not change the verdict. */
async function concluded({ keeper, directory, options }: Drill): Promise<DrillRecord> {
  const { record } = keeper;
  const startedAt = Date.now();
  record.phases.push({ name: 'judge', startedAt, endedAt: startedAt, outcome: 'done' });
  record.phases.push({ name: 'report', startedAt, endedAt: startedAt, outcome: 'done' });
  record.endedAt = Date.now();
  const final = judged(record);
  await save(final, directory.path, options.tell);
  return final;
}

async function save(record: DrillRecord, directory: string, tell: Tell): Promise<void> {
  for (const { file, message } of await writeReports(record, directory)) {
    tell({ type: 'note', message: `${file} could not be written: ${message}` });
  }
}

async function hear({ options, scope, keeper }: Drill): Promise<Ears> {
  for (const found of await reapOrphans())
    options.tell({ type: 'note', message: `removed what a killed run had left: ${found}` });
  const ears = await openEars(options.scenario, options.project, scope, keeper);
  for (const receiver of ears.receivers) {
    receiver.onDelivery((delivery) => {
      if (delivery.accepted)
        for (const page of pagesOf(delivery, delivery.index)) options.tell({ type: 'page', page });
    });
  }
  return ears;
}

async function tearDown({ scope, owner }: Drill): Promise<void> {
  await scope.close();
  const left = ownedProcesses().filter((process) => process.owner.run === owner.run);
  for (const { pid } of left) process.kill(pid, 'SIGKILL');
  if (left.length > 0) throw new Error(`processes left behind: ${left.map(({ pid }) => pid).join(', ')}`);
}

/** From the stack's start to the collected evidence. */
async function onStage(drill: Drill, ears: Ears): Promise<void> {
  const { options, keeper, scope, signal, lost, directory, owner, fault } = drill;
  const { scenario, pace } = options;
  const { record } = keeper;
  const stage = await keeper.phase(
    'start stack',
    { awaits: 'every component to be ready', upToMs: 60_000 },
    () =>
      startStage(options, directory, owner, ears, { scope, keeper, signal, lost }, (files) => {
        record.floors = floorsOf(
          scenario,
          files,
          fault.errorRatio,
          paced(scenario.load.warmUp, pace) + paced(scenario.quietFor, pace),
        );
        const impossible = impossibleTargets(scenario, record.floors, pace);
        if (impossible.length > 0) throw new FiredrillError('bad-input', impossible);
      }),
  );

  const account = new LoadAccount(scenario.fault.hits);
  const readersEnd = new AbortController();
  scope.defer('stop reading', () => readersEnd.abort());
  const readers = openReaders(stage.stack, AbortSignal.any([signal, readersEnd.signal]), pace.factor);
  const parts: Parts = {
    ...readers,
    ...stage,
    ...ears,
    scenario,
    pace,
    keeper,
    tell: options.tell,
    signal,
    account,
  };
  try {
    await throughPhases(drill, parts);
  } finally {
    // Also of a drill that broke: what was seen is kept.
    record.load = account.result();
    Object.assign(record, collectPages(parts.receivers));
  }
}

async function throughPhases(drill: Drill, parts: Parts): Promise<void> {
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

async function warmUp({ options, directory, scope, lost, keeper }: Drill, parts: Parts): Promise<void> {
  const { scenario, pace, stack, account, signal } = parts;
  await startLoad({
    k6: options.toolchain.path('k6'),
    script: join(options.project, 'scenarios', 'load', `${scenario.load.script}.ts`),
    baseUrl: stack.url('storefront', 3000),
    rates: scenario.load.rates,
    atMostMs: loadAtMostMs(parts, keeper.record.floors),
    log: join(directory.logs, 'k6.log'),
    samples: join(directory.path, 'samples.csv'),
    env: options.env,
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
  const open = await keeper.phase('inject', { awaits: fault.description }, () =>
    injectFault(parts, fault, (what, undo) => scope.defer(what, undo)),
  );
  let revertedAt: number | undefined;
  const measure = () => {
    record.faultWindow = {
      injectedAt: open.injectedAt,
      ...(revertedAt === undefined ? {} : { revertedAt }),
      required: scenario.fault.atLeast,
      ...account.window(open.injectedAt, revertedAt ?? Date.now()),
    };
  };
  const hops = new LiveHops(parts, open);
  try {
    await keeper.phase(
      'prove fault',
      { awaits: `${scenario.fault.atLeast} requests hit`, upToMs: proofWithinMs(scenario) },
      () => proveFault(parts, open.injectedAt, hops),
    );
    await keeper.phase(
      'await pages',
      { awaits: awaited(scenario), upToMs: pagesWithinMs(parts) },
      async () => {
        await lastOut(parts, open.injectedAt);
        await awaitPages(parts, open.injectedAt, hops);
      },
    );
  } finally {
    await keeper.phase('revert', { awaits: 'the fault to be undone' }, async () => {
      revertedAt = await open.revert();
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
  });
}

const awaited = ({ expectations }: Scenario): string =>
  expectations
    .map((expectation) =>
      expectation.kind === 'page'
        ? `${expectation.alert} at ${expectation.receiver}`
        : `the fault's end; ${expectation.alert} may only be pending`,
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
