import type { Drill } from '../running-drill.ts';
import { configureAndStart } from './configure-and-start.ts';
import { fromNowOn, type Listeners, receiversOn, refuseAs } from './listeners.ts';
import { openReceivers, tellPages } from './open-receivers.ts';
import type { OpenStack } from './open-stack.ts';
import { refuseUnjudgeable } from './refuse-unjudgeable.ts';
import type { ServedStack } from './served-stack.ts';

/** Opens what listens, and starts the stack. */
export async function startUp(drill: Drill, open: OpenStack): Promise<ServedStack> {
  const { options, recorder } = drill;
  const awaits = receiversOn(options.placement.stack).join(', ');
  const { runtime, listeners } = await recorder.phase('open receivers', { awaits }, async () => {
    const opened = await openReceivers(drill, open);
    attend(drill, opened.listeners);
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

/** Goes on with the stack of the drill before. */
export async function takeOver(drill: Drill, open: OpenStack, running: ServedStack): Promise<ServedStack> {
  const { recorder, redaction } = drill;
  const { record } = recorder;
  const { secrets, recorded, since } = running;
  const drillsBefore = open.ended.map(({ id }) => id);
  const awaits = `the stack of ${drillsBefore[0]}, which runs`;
  return await recorder.phase('start stack', { awaits }, async () => {
    redaction.learn(secrets);
    const listeners = fromNowOn(running.listeners);
    attend(drill, listeners);
    record.configuration = [...recorded.configuration];
    const components = recorded.components.map((component) => ({ ...component }));
    record.stack = { ...record.stack, components, drillsBefore };
    refuseUnjudgeable(drill, running, Date.now() - since);
    return { ...running, listeners };
  });
}

/** Tells the drill's pages, and has receivers refuse what its scenario has them refuse. */
function attend({ options, scope }: Drill, listeners: Listeners): void {
  tellPages(listeners, options.tell, scope);
  refuseAs(options.scenario, listeners, scope);
}
