import type { DrillRecord } from '../../core/record.ts';
import type { Drill } from '../running-drill.ts';
import { fromNowOn, type Listeners, receiversOn, refuseAs } from './listeners.ts';
import { openReceivers, tellPages } from './open-receivers.ts';
import type { OpenStack, Running } from './open-stack.ts';
import { refuseUnjudgeable } from './refuse-unjudgeable.ts';
import { startStage } from './stage.ts';
import type { Stage } from './stage-types.ts';

/** A stack that runs, as one drill sees it. */
interface ServedStack {
  readonly stage: Stage;
  readonly listeners: Listeners;
}

/** Opens what listens, and starts the stack. */
export async function startUp(drill: Drill, open: OpenStack): Promise<ServedStack> {
  const { options, recorder } = drill;
  const awaits = receiversOn(options.placement.stack).join(', ');
  const { runtime, listeners } = await recorder.phase('open receivers', { awaits }, async () => {
    const opened = await openReceivers(drill, open);
    attend(drill, opened.listeners);
    return opened;
  });
  const stage = await recorder.phase(
    'start stack',
    { awaits: 'every component to be ready', upToMs: 60_000 },
    () => startStage(drill, runtime, listeners, (configured) => refuseUnjudgeable(drill, configured, 0)),
  );
  const { configuration, stack } = recorder.record;
  open.running = { listeners, stage, configuration, components: stack.components, since: Date.now() };
  return { stage, listeners };
}

/** Goes on with the stack of the drill before. */
export async function takeOver(drill: Drill, open: OpenStack, running: Running): Promise<ServedStack> {
  const { recorder, redaction } = drill;
  const { record } = recorder;
  const { stage, configuration, components, since } = running;
  const drillsBefore = open.ended.map(({ id }) => id);
  const awaits = `the stack of ${drillsBefore[0]}, which runs`;
  return await recorder.phase('start stack', { awaits }, async () => {
    redaction.learn(stage.secrets);
    const listeners = fromNowOn(running.listeners);
    attend(drill, listeners);
    record.configuration = [...configuration];
    record.stack = { ...record.stack, components: components.map(copyOf), drillsBefore };
    refuseUnjudgeable(drill, stage, Date.now() - since);
    return { stage, listeners };
  });
}

const copyOf = (component: DrillRecord['stack']['components'][number]) => ({ ...component });

/** Tells the drill's pages, and has receivers refuse what its scenario has them refuse. */
function attend({ options, scope }: Drill, listeners: Listeners): void {
  tellPages(listeners, options.tell, scope);
  refuseAs(options.scenario, listeners, scope);
}
