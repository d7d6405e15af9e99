import type { Tell } from '../../core/events.ts';
import type { Page } from '../../core/record.ts';
import type { Scope } from '../../core/scope.ts';
import { reapOrphans } from '../../stacks/runtimes/process/reap.ts';
import type { Runtime } from '../../stacks/runtimes/runtime.ts';
import { collectPages } from '../evidence/pages.ts';
import type { Drill } from '../running-drill.ts';
import { type Listeners, openListeners } from './listeners.ts';
import { openRuntime } from './open-runtime.ts';
import type { OpenStack } from './open-stack.ts';
import { openTemporary } from './stage.ts';

/** Makes the runtime, which says where it can be heard from, and opens what listens there. */
export async function openReceivers(
  { options, recorder }: Drill,
  stack: OpenStack,
): Promise<{ runtime: Runtime; listeners: Listeners }> {
  const { owner, scope } = stack;
  for (const found of await reapOrphans(options.daemon))
    options.tell({ type: 'note', message: `removed what a killed run had left: ${found}` });
  const { project, overlay, placement } = options;
  const temporary = await openTemporary(owner, options, scope);
  const runtime = await openRuntime(options, stack);
  const place = await runtime.listenPlace();
  const listeners = await openListeners({
    stack: placement.stack,
    place,
    project,
    overlay,
    temporary,
    scope,
    recorder,
  });
  return { runtime, listeners };
}

/**
 * Tells each page once both its message and what its manager says of it are there, whichever comes first, until the
 * scope is closed.
 */
export function tellPages({ receivers, observer }: Listeners, tell: Tell, scope: Scope): void {
  const told = new Set<string>();
  const look = () => {
    // Contact points are known only once the stack's configuration is; what was sent when tells enough for a line.
    const { pages } = collectPages({ receivers, observer, contactPoints: [] });
    const ready = pages.filter(({ notification }) => notification !== undefined);
    const key = ({ receiver, receivedAt }: Page) => `${receiver} ${receivedAt}`;
    for (const page of ready.filter((one) => !told.has(key(one)))) tell({ type: 'page', page });
    for (const page of ready) told.add(key(page));
  };
  for (const { kind, onDelivery } of receivers)
    scope.defer(`tell no more pages at ${kind}`, onDelivery(look));
  scope.defer('tell no more notifications', observer.onObservation(look));
}
