import { reapOrphans } from '../stacks/runtimes/process/reap.ts';
import type { Runtime } from '../stacks/runtimes/runtime.ts';
import type { Drill } from './drill.ts';
import { type Ears, openEars } from './ears.ts';
import { openRuntime } from './open-runtime.ts';
import { pagesOf } from './pages.ts';
import { openTemporary } from './stage.ts';

/** Makes the runtime, which says where it can be heard from, and opens what listens there. */
export async function hear(drill: Drill): Promise<{ runtime: Runtime; ears: Ears }> {
  const { options, owner, scope, keeper } = drill;
  for (const found of await reapOrphans(options.daemon))
    options.tell({ type: 'note', message: `removed what a killed run had left: ${found}` });
  const { scenario, project, overlay } = options;
  const temporary = await openTemporary(owner, options, scope);
  const { stack } = options.placement;
  const runtime = await openRuntime(drill);
  const place = await runtime.ears();
  const ears = await openEars({ scenario, stack, place, project, overlay, temporary, scope, keeper });
  for (const receiver of ears.receivers) {
    receiver.onDelivery((delivery) => {
      if (delivery.accepted)
        for (const page of pagesOf(delivery, delivery.index)) options.tell({ type: 'page', page });
    });
  }
  return { runtime, ears };
}
