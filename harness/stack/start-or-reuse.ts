import { receiverNames } from '../../core/receivers/receivers.ts';
import { attachStack } from '../attached/attach-stack.ts';
import { openAttachedReceivers } from '../attached/open-receivers.ts';
import type { Staging } from '../attached/staging.ts';
import type { Drill } from '../running-drill.ts';
import { configureAndStart } from './configure-and-start.ts';
import { applyRefusals, type Listeners, listenersFromNowOn, receiversOfStack } from './listeners.ts';
import { openReceivers, tellPages } from './open-receivers.ts';
import type { ReadyStack } from './ready-stack.ts';
import { refuseUnjudgeable } from './refuse-unjudgeable.ts';
import type { StackLifecycle } from './stack-lifecycle.ts';

/** Opens the listeners and starts a new stack. */
export async function startNewStack(drill: Drill, open: StackLifecycle): Promise<ReadyStack> {
  const { options, recorder } = drill;
  const { staging } = options.placement;
  if (staging) return await attach(drill, open, staging);
  const awaits = receiversOfStack(options.placement.stack).join(', ');
  const { runtime, listeners } = await recorder.phase('open receivers', { awaits }, async () => {
    const opened = await openReceivers(drill, open);
    attachToListeners(drill, opened.listeners);
    return opened;
  });
  const stack = await recorder.phase(
    'start stack',
    { awaits: 'every component to be ready', upToMs: 60_000 },
    () => configureAndStart(drill, open, runtime, listeners),
  );
  open.running = stack;
  return stack;
}

/** Opens the receivers and attaches to a staging. */
async function attach(drill: Drill, open: StackLifecycle, staging: Staging): Promise<ReadyStack> {
  const { recorder, redaction } = drill;
  redaction.learn(staging.secrets);
  // Its connections cannot be watched.
  open.reportUnwatched();
  const awaits = receiverNames.join(', ');
  const opened = await recorder.phase('open receivers', { awaits }, async () => {
    const found = await openAttachedReceivers(drill, open, staging);
    attachToListeners(drill, found.listeners);
    return found;
  });
  const stack = await recorder.phase(
    'start stack',
    { awaits: 'every component of the staging to answer' },
    () => attachStack(drill, open, staging, opened),
  );
  open.running = stack;
  return stack;
}

/** Reuses the stack of the previous drill. */
export async function reuseStack(
  drill: Drill,
  open: StackLifecycle,
  running: ReadyStack,
): Promise<ReadyStack> {
  const { recorder, redaction } = drill;
  const { record } = recorder;
  const { secrets, recorded, readyAt } = running;
  const drillsBefore = open.ended.map(({ id }) => id);
  const awaits = `the stack of ${drillsBefore[0]}, which runs`;
  return await recorder.phase('start stack', { awaits }, async () => {
    redaction.learn(secrets);
    const listeners = listenersFromNowOn(running.listeners);
    attachToListeners(drill, listeners);
    record.configuration = [...recorded.configuration];
    if (recorded.replacements.length > 0) record.replacements = [...recorded.replacements];
    const components = recorded.components.map((component) => ({ ...component }));
    record.stack = { ...record.stack, components, drillsBefore };
    const { history } = open.ended.at(-1) ?? {};
    if (history) record.history = history;
    refuseUnjudgeable(drill, running, Date.now() - readyAt);
    return { ...running, listeners };
  });
}

/** Reports the pages of the drill, and makes receivers refuse messages as its scenario demands. */
function attachToListeners({ options, scope }: Drill, listeners: Listeners): void {
  tellPages(listeners, options.tell, scope);
  applyRefusals(options.scenario, options.pace, listeners, scope);
}
