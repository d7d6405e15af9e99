import { impossibleTargets, targetsByChance } from '../assertions/judge.ts';
import { FiredrillError } from '../core/errors.ts';
import type { DrillEvent } from '../core/events.ts';
import { paced } from '../core/pace.ts';
import type { DrillRecord } from '../core/record.ts';
import { Scope } from '../core/scope.ts';
import type { PreparedFault } from '../faults/fault.ts';
import { prepareFault } from '../faults/index.ts';
import { unmetNeeds } from '../faults/needs.ts';
import { ownerOf } from '../stacks/runtimes/process/owner.ts';
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
import { specOf } from './placement.ts';
import { problemOf, Recorder } from './recorder.ts';
import { Redaction } from './redaction.ts';
import { makeRunDirectory } from './run-directory.ts';
import type { Drill, DrillOptions } from './running-drill.ts';
import { openReaders, startStage } from './stage.ts';
import { tearDown } from './tear-down.ts';

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
  // The record is written, and told, as it is from here on.
  watch[Symbol.dispose]();
  clockWatch[Symbol.dispose]();
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
