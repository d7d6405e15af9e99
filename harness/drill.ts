import { FiredrillError } from '../core/errors.ts';
import type { DrillEvent } from '../core/events.ts';
import type { DrillRecord } from '../core/record.ts';
import { Scope } from '../core/scope.ts';
import type { PreparedFault } from '../faults/fault.ts';
import { prepareFault } from '../faults/index.ts';
import { unmetNeeds } from '../faults/needs.ts';
import { newBecauseText } from '../reports/stack-text.ts';
import { LoadAccount } from './load/account.ts';
import { collectPages } from './pages/collect-pages.ts';
import { throughPhases } from './phases/phases.ts';
import { concluded, save, shown } from './record/conclude.ts';
import { problemOf, Recorder } from './record/recorder.ts';
import { Redaction } from './record/redaction.ts';
import { makeRunDirectory } from './record/run-directory.ts';
import type { Drill, DrillOptions, RunningDrill } from './running-drill.ts';
import { Handover, type NextDrill, nextOn } from './stack/handover.ts';
import { OpenStack } from './stack/open-stack.ts';
import { specOf } from './stack/placement.ts';
import { openReaders } from './stack/readers.ts';
import { type Reuse, reuseFor } from './stack/reuse.ts';
import { startUp, takeOver } from './stack/start-up.ts';
import { watchClock } from './watch/clock-watch.ts';
import { watchMachine } from './watch/machine-watch.ts';

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
  const stack = kept ?? new OpenStack({ directory, redaction }, options.daemon);
  const drill: Drill = { options, fault, directory, recorder, scope, signal, lost, redaction };
  // Asked for once the drill is over: a drill may be added to the sequence while this one runs.
  let next: NextDrill | undefined;
  let reuse: Reuse = { whyNew: { kind: 'not held' } };
  try {
    await recorder.save();
    await stack.serve(drill);
    const running = await onStack(drill, stack);
    const { beforeTearDown } = options;
    if (beforeTearDown) await shown(drill, (soFar) => beforeTearDown(soFar, running.stack));
    next = nextOn(handover, options.placement);
    if (next) reuse = await reuseFor(next, running, stack);
  } catch (error) {
    record.problem ??= problemOf(error);
    next ??= nextOn(handover, options.placement);
  }
  const ended = 'ended' in reuse ? reuse.ended : undefined;
  const awaits = ended
    ? `the load to end; the stack stays for ${next?.scenario.name}`
    : 'every process to end';
  await recorder
    .phase('tear down', { awaits, upToMs: 30_000 }, async () => {
      const failures = await scope.close();
      const whyNew = 'ended' in reuse ? stack.troubleSince(failures) : reuse.whyNew;
      if (ended && !whyNew && !signal.aborted) {
        await stack.release(ended);
        return handover.keep(stack);
      }
      if (next && whyNew) handover.refuse({ drill: record.id, ...whyNew });
      await stack.close();
    })
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

/** From the stack's start, or from taking it over, to the collected evidence. */
async function onStack(drill: Drill, open: OpenStack): Promise<RunningDrill> {
  const { options, recorder, scope, signal } = drill;
  const { record } = recorder;
  const stack = open.running ? await takeOver(drill, open, open.running) : await startUp(drill, open);
  const account = new LoadAccount(options.scenario.fault.hits);
  const readersEnd = new AbortController();
  scope.defer('stop reading', () => readersEnd.abort());
  const reading = AbortSignal.any([signal, readersEnd.signal]);
  const before = open.ended.at(-1);
  const running: RunningDrill = {
    ...drill,
    ...openReaders(stack, options.pace, reading),
    stack,
    account,
    ...(before ? { before } : {}),
  };
  try {
    await throughPhases(running);
    // What was lost after the last wait was lost all the same.
    signal.throwIfAborted();
    return running;
  } finally {
    // Also of a drill that broke: what was seen is kept.
    record.load = account.result();
    Object.assign(record, collectPages(stack));
  }
}
