import { FiredrillError } from '../core/errors.ts';
import type { DrillEvent } from '../core/events.ts';
import { within } from '../core/path.ts';
import type { DrillRecord } from '../core/record.ts';
import { Scope } from '../core/scope.ts';
import type { PreparedFault } from '../faults/fault.ts';
import { unmetNeeds } from '../faults/needs.ts';
import { newBecauseText } from '../reports/stack-text.ts';
import { watchNotifiers } from '../signals/readers/watch-notifiers.ts';
import { targetsIn } from '../stacks/component.ts';
import { prepareFault } from '../systems/faults.ts';
import { watchAbort } from './attached/abort-watch.ts';
import { dependenciesOf } from './ledger/record-dependencies.ts';
import { Load } from './load/load.ts';
import { LoadStatistics } from './load/load-statistics.ts';
import { collectPages } from './pages/collect-pages.ts';
import { runDrillPhases } from './phases/phases.ts';
import { conclude, saveRecord, showSoFar } from './record/conclude.ts';
import { problemOf, Recorder } from './record/recorder.ts';
import { Redaction } from './record/redaction.ts';
import { makeRunDirectory } from './record/run-directory.ts';
import type { Drill, DrillOptions, RunningDrill } from './running-drill.ts';
import { Handover, type NextDrill, nextOnSamePlacement } from './stack/handover.ts';
import { attachedOf, folderOf, specOf, systemNameOf } from './stack/placement.ts';
import { openReaders } from './stack/readers.ts';
import { decideReuse, type ReuseDecision } from './stack/reuse.ts';
import { StackLifecycle } from './stack/stack-lifecycle.ts';
import { reuseStack, startNewStack } from './stack/start-or-reuse.ts';
import { watchClock } from './watch/clock-watch.ts';
import { watchMachine } from './watch/machine-watch.ts';

/**
 * Executes a scenario. Failures of the stack and interruptions by the user are written to the record, not thrown.
 *
 * @throws FiredrillError `bad-input` when the stack cannot provide what the fault needs or the run directory cannot be
 * written, `broken` when the disk is full.
 */
export async function runDrill(given: DrillOptions): Promise<DrillRecord> {
  const redaction = new Redaction();
  const options = { ...given, tell: (event: DrillEvent) => given.tell(redaction.hide(event)) };
  const fault = prepareFault(options.scenario, options.whereOf);
  refuseUnmetNeeds(options, fault);
  const directory = await makeRunDirectory(options.runs, options.scenario.name);
  const componentLost = new AbortController();
  const signal = AbortSignal.any([options.signal, componentLost.signal]);
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
        system: systemNameOf(options.placement),
        components: [],
      },
      machine: watch.machine,
      clock: clockWatch.clock,
      versions: { ...options.versions },
    },
    options.tell,
    (record) => saveRecord(redaction.hide(record), directory.path, options.tell),
  );
  const { record } = recorder;
  const attached = attachedOf(options.placement);
  if (attached) record.attached = attached;
  const handover = options.handover ?? new Handover(() => undefined);
  const { stack: kept, newBecause } = handover.take();
  if (newBecause) record.stack.newBecause = newBecause;
  options.tell({ type: 'drill-started', record, directory: directory.path });
  const { name, why } = options.runtime;
  if (why !== undefined) options.tell({ type: 'note', message: `runtime ${name}: ${why}` });
  for (const message of options.notes) options.tell({ type: 'note', message });
  if (newBecause) options.tell({ type: 'note', message: newBecauseText(newBecause) });
  const message = `seed ${options.seed}: --seed ${options.seed} has the fault hit the same requests again`;
  options.tell({ type: 'note', message });
  const scope = new Scope((failure) => record.teardownFailures.push(failure));
  const stack = kept ?? new StackLifecycle({ directory, redaction }, options.daemon);
  const drill: Drill = { options, fault, directory, recorder, scope, signal, componentLost, redaction };
  // Read only once the drill is over, because a drill may be added to the sequence while this one runs.
  let next: NextDrill | undefined;
  let reuse: ReuseDecision = { newStackReason: { kind: 'not held' } };
  try {
    await recorder.save();
    await stack.beginDrill(drill);
    const running = await drillOnStack(drill, stack);
    const { beforeTearDown } = options;
    if (beforeTearDown) await showSoFar(drill, (soFar) => beforeTearDown(soFar, running.stack));
    next = nextOnSamePlacement(handover, options.placement);
    if (next) reuse = await decideReuse(next, running, stack);
  } catch (error) {
    record.problem ??= problemOf(error);
    next ??= nextOnSamePlacement(handover, options.placement);
  }
  const ended = 'ended' in reuse ? reuse.ended : undefined;
  const awaits = ended
    ? `the load to end; the stack stays for ${next?.scenario.name}`
    : 'every process to end';
  await recorder
    .phase('tear down', { awaits, upToMs: 30_000 }, async () => {
      const failures = await scope.close();
      const newStackReason = 'ended' in reuse ? stack.reuseObstacle(failures) : reuse.newStackReason;
      if (ended && !newStackReason && !signal.aborted) {
        await stack.endDrill(ended);
        return handover.keep(stack);
      }
      if (next && newStackReason) handover.refuseReuse({ drill: record.id, ...newStackReason });
      await stack.close();
    })
    .catch(() => {});
  // The record must not change any more, because it is written and returned below.
  watch[Symbol.dispose]();
  clockWatch[Symbol.dispose]();
  return await conclude(drill);
}

/** @throws FiredrillError `bad-input`, before anything starts, when the stack cannot provide what the fault needs. */
function refuseUnmetNeeds(
  { scenario, placement, project, runtime, pace, whereOf = within(scenario.name) }: DrillOptions,
  { needs }: PreparedFault,
): void {
  const offer = {
    ...targetsIn(specOf(placement, pace)),
    folder: folderOf(placement, project),
    runtime: runtime.name,
  };
  const unmet = unmetNeeds(whereOf(['fault']), needs, offer);
  if (unmet.length > 0) throw new FiredrillError('bad-input', unmet);
}

/** Starts or reuses the stack, runs the phases on it and collects the evidence. */
async function drillOnStack(drill: Drill, open: StackLifecycle): Promise<RunningDrill> {
  const { options, recorder, scope, signal } = drill;
  const { record } = recorder;
  const stack = open.running ? await reuseStack(drill, open, open.running) : await startNewStack(drill, open);
  const loadStatistics = new LoadStatistics(options.scenario.fault.hits);
  const readersEnd = new AbortController();
  scope.defer('stop reading', () => readersEnd.abort());
  const reading = AbortSignal.any([signal, readersEnd.signal]);
  const before = open.ended.at(-1);
  const { staging } = options.placement;
  const readers = openReaders(stack, options.pace, reading);
  const running: RunningDrill = {
    ...drill,
    ...readers,
    ...(staging?.pages === 'until-notifier'
      ? { notifiers: watchNotifiers(readers.alertmanager.reader, { everyMs: 1_000, signal: reading }) }
      : {}),
    stack,
    load: new Load(),
    loadStatistics,
    ...(before ? { before } : {}),
  };
  try {
    if (staging)
      await watchAbort(staging, running.prometheus, (reason) => drill.componentLost.abort(reason), reading);
    await runDrillPhases(running);
    // A component may have been lost after the last phase looked at the signal.
    signal.throwIfAborted();
    return running;
  } finally {
    // A drill that broke keeps what was recorded until then.
    record.load = loadStatistics.result();
    Object.assign(record, collectPages(stack));
    record.dependencies = dependenciesOf(record, stack.written, stack.secrets);
    const { deadMansSwitch } = stack.listeners;
    if (deadMansSwitch) record.deadMansSwitch = structuredClone(deadMansSwitch.evidence);
  }
}
