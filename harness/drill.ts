import { impossibleTargets, targetsByChance } from '../assertions/judge.ts';
import { FiredrillError } from '../core/errors.ts';
import type { DrillEvent, Tell } from '../core/events.ts';
import { type Pace, paced } from '../core/pace.ts';
import type { DrillRecord } from '../core/record.ts';
import type { Scenario } from '../core/scenario.ts';
import { Scope } from '../core/scope.ts';
import type { PreparedFault } from '../faults/fault.ts';
import { prepareFault } from '../faults/index.ts';
import { unmetNeeds } from '../faults/needs.ts';
import type { ComponentSpec } from '../stacks/component.ts';
import type { ResolvedImage } from '../stacks/images/resolve.ts';
import type { Daemon } from '../stacks/runtimes/docker/docker-api.ts';
import { type Owner, ownerOf } from '../stacks/runtimes/process/owner.ts';
import type { Runtime } from '../stacks/runtimes/runtime.ts';
import { watchClock } from './clock-watch.ts';
import { concluded, save, shown } from './conclude.ts';
import { unknownContactPoints } from './contact-points.ts';
import { floorsOf } from './floors.ts';
import { type Listeners, receiversOn } from './listeners.ts';
import { LoadAccount } from './load/account.ts';
import { watchMachine } from './machine-watch.ts';
import { openReceivers } from './open-receivers.ts';
import { chances } from './pace/chances.ts';
import { reasonText, unpacedExpectations, unpacedRules } from './pace/unpaced-rules.ts';
import { collectPages } from './pages.ts';
import type { Parts } from './parts.ts';
import { throughPhases } from './phases.ts';
import { type Placement, specOf } from './placement.ts';
import { problemOf, Recorder } from './recorder.ts';
import { Redaction } from './redaction.ts';
import { makeRunDirectory, type RunDirectory } from './run-directory.ts';
import type { RuntimeChoice } from './runtime-choice.ts';
import { openReaders, startStage } from './stage.ts';
import { tearDown } from './tear-down.ts';

export interface DrillOptions {
  /** As the stack of the placement can drill it. */
  readonly scenario: Scenario;
  readonly placement: Placement;
  readonly runtime: RuntimeChoice;
  readonly pace: Pace;
  /** Decides which requests the fault hits. */
  readonly seed: number;
  readonly toolchain: { path(binary: string): string; home(binary: string): string };
  /** Version of a component's binary. */
  readonly versionOf: (binary: string) => string;
  /** What was found out before the drill, for whoever watches. */
  readonly notes: readonly string[];
  /** The daemon of this user, where there is one: a killed run may have left containers. */
  readonly daemon: Daemon | undefined;
  /** What containers are made from, by component; `holder` is that of their pods. Only of runtime docker. */
  readonly images?: ReadonlyMap<string, ResolvedImage>;
  /** Directory that keeps the runs. */
  readonly runs: string;
  /** The project's own directory. */
  readonly project: string;
  /** The user's configuration, laid over the project's. */
  readonly overlay: string | undefined;
  /** Every component over which it is laid, in this drill and in those beside it (`--compare`): one may read what others do not. */
  readonly overlaid: readonly ComponentSpec[];
  /** Ports asked for, by component. */
  readonly ports: ReadonlyMap<string, number>;
  /** What components inherit. */
  readonly env: Readonly<Record<string, string>>;
  readonly node: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Called with the judged record while the stack is still up; the stack stays until it returns. */
  readonly beforeTearDown?: (record: DrillRecord, stage: Pick<Parts, 'stack' | 'runtime'>) => Promise<void>;
  readonly signal: AbortSignal;
  readonly tell: Tell;
}

/** One drill that has been made ready: what its phases share. */
export interface Drill {
  readonly options: DrillOptions;
  readonly fault: PreparedFault;
  readonly directory: RunDirectory;
  readonly owner: Owner;
  readonly recorder: Recorder;
  readonly scope: Scope;
  /** Ends when the person or a lost component ends the drill. */
  readonly signal: AbortSignal;
  readonly lost: AbortController;
  readonly redaction: Redaction;
}

/**
 * Executes a scenario. What goes wrong in the stack or by the person's wish is in the record, not thrown.
 *
 * @throws FiredrillError `bad-input` or `broken` when there is not even a place for a record.
 */
export async function runDrill(given: DrillOptions): Promise<DrillRecord> {
  const redaction = new Redaction();
  const options = { ...given, tell: (event: DrillEvent) => given.tell(redaction.hide(event)) };
  const fault = prepareFault(options.scenario);
  refuseUnmetNeeds(options, fault);
  const directory = await makeRunDirectory(options.runs, options.scenario.name);
  const lost = new AbortController();
  const signal = AbortSignal.any([options.signal, lost.signal]);
  using watch = watchMachine();
  using clockWatch = watchClock();
  const recorder = new Recorder(
    {
      id: directory.id,
      scenario: options.scenario,
      pace: options.pace,
      seed: options.seed,
      stack: {
        name: options.placement.stack,
        topology: options.placement.topology,
        runtime: options.runtime.name,
        components: [],
      },
      machine: watch.machine,
      clock: clockWatch.clock,
      versions: { ...options.versions },
    },
    options.tell,
    (record) => save(redaction.hide(record), directory.path, options.tell),
  );
  const { record } = recorder;
  options.tell({ type: 'drill-started', record, directory: directory.path });
  const { name, why } = options.runtime;
  if (why !== undefined) options.tell({ type: 'note', message: `runtime ${name}: ${why}` });
  for (const message of options.notes) options.tell({ type: 'note', message });
  const message = `seed ${options.seed}: --seed ${options.seed} has the fault hit the same requests again`;
  options.tell({ type: 'note', message });
  const scope = new Scope((failure) => record.teardownFailures.push(failure));
  const drill: Drill = {
    options,
    fault,
    directory,
    owner: ownerOf(directory.id, process.pid),
    recorder,
    scope,
    signal,
    lost,
    redaction,
  };
  try {
    await recorder.save();
    const awaits = receiversOn(options.placement.stack).join(', ');
    const { runtime, listeners } = await recorder.phase('open receivers', { awaits }, () =>
      openReceivers(drill),
    );
    const stage = await onStage(drill, runtime, listeners);
    const { beforeTearDown } = options;
    if (beforeTearDown) await shown(drill, (soFar) => beforeTearDown(soFar, stage));
  } catch (error) {
    record.problem ??= problemOf(error);
  }
  await recorder
    .phase('tear down', { awaits: 'every process to end', upToMs: 30_000 }, () => tearDown(drill))
    .catch(() => {});
  return await concluded(drill);
}

/** What the stack cannot give to a fault is no reason to start it. */
function refuseUnmetNeeds(
  { scenario, placement, runtime, pace }: DrillOptions,
  { needs }: PreparedFault,
): void {
  const pods = new Set(specOf(placement, pace).components.map(({ pod }) => pod));
  const unmet = unmetNeeds(scenario.name, needs, { pods: [...pods], runtime: runtime.name });
  if (unmet.length > 0) throw new FiredrillError('bad-input', unmet);
}

/** From the stack's start to the collected evidence. */
async function onStage(
  drill: Drill,
  runtime: Runtime,
  listeners: Listeners,
): Promise<Pick<Parts, 'stack' | 'runtime'>> {
  const { options, recorder, scope, signal, fault } = drill;
  const { scenario, pace } = options;
  const { record } = recorder;
  const stage = await recorder.phase(
    'start stack',
    { awaits: 'every component to be ready', upToMs: 60_000 },
    () =>
      startStage(drill, runtime, listeners, (files, written, contactPoints) => {
        record.floors = floorsOf(
          scenario,
          files,
          fault.errorRatio,
          paced(scenario.load.warmUp, pace) + paced(scenario.quietFor, pace),
          { written, factor: pace.factor },
        );
        record.unpacedRules = unpacedRules(written, pace);
        for (const { alert, where, reasons } of record.unpacedRules) {
          const why = reasons.map(reasonText).join('; ');
          options.tell({
            type: 'note',
            message: `${alert} (${where}) is not judged at ${pace.name} pace: ${why}`,
          });
        }
        const impossible = [
          ...unpacedExpectations(scenario, written, pace),
          ...chances(scenario, files, pace),
          ...unknownContactPoints(scenario, contactPoints),
          ...impossibleTargets(scenario, record.floors, pace),
        ];
        for (const message of targetsByChance({ scenario, floors: record.floors, pace }))
          options.tell({ type: 'note', message });
        if (impossible.length > 0) throw new FiredrillError('bad-input', impossible);
      }),
  );

  const account = new LoadAccount(scenario.fault.hits);
  const readersEnd = new AbortController();
  scope.defer('stop reading', () => readersEnd.abort());
  const { stack } = stage;
  const readers = openReaders(stack, runtime, AbortSignal.any([signal, readersEnd.signal]), pace.factor);
  const parts: Parts = {
    ...readers,
    ...stage,
    ...listeners,
    scenario,
    pace,
    seed: options.seed,
    recorder,
    tell: options.tell,
    signal,
    account,
  };
  try {
    await throughPhases(drill, parts);
    // What was lost after the last wait was lost all the same.
    signal.throwIfAborted();
    return stage;
  } finally {
    // Also of a drill that broke: what was seen is kept.
    record.load = account.result();
    Object.assign(record, collectPages(parts));
  }
}
