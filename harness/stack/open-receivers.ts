import { chmod, mkdir, rm } from 'node:fs/promises';
import type { Tell } from '../../core/events.ts';
import type { Page } from '../../core/record.ts';
import type { Scope } from '../../core/scope.ts';
import { type Owner, temporaryDirectory } from '../../stacks/runtimes/process/owner.ts';
import { reapOrphans } from '../../stacks/runtimes/process/reap.ts';
import { startWatcher } from '../../stacks/runtimes/process/start-watcher.ts';
import type { Runtime } from '../../stacks/runtimes/runtime.ts';
import { collectPages } from '../pages/collect-pages.ts';
import type { Drill, DrillOptions } from '../running-drill.ts';
import { type Listeners, openListeners } from './listeners.ts';
import { openRuntime } from './open-runtime.ts';
import type { OpenStack } from './open-stack.ts';

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
  const place = await runtime.harnessEndpoint();
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
 * The run's temporary directory, and its watcher, which ends whatever the run still has when we are gone.
 *
 * @returns its path.
 */
async function openTemporary(
  owner: Owner,
  { node, env, daemon }: Pick<DrillOptions, 'node' | 'env' | 'daemon'>,
  scope: Scope,
): Promise<string> {
  const temporary = temporaryDirectory(owner);
  scope.defer('remove temporary files', () => rm(temporary, { recursive: true, force: true, maxRetries: 5 }));
  const letGo = startWatcher(owner, node, env, daemon);
  scope.defer('let the watcher go', letGo);
  // Not if it is there already: its name can be foreseen, and it would be another's.
  await mkdir(temporary);
  // Whatever the umask: Postgres may have to run as another user, and passes through.
  await chmod(temporary, 0o711);
  return temporary;
}

/**
 * Tells each page once both its message and what its manager says of it are there, whichever comes first, until the
 * scope is closed.
 */
export function tellPages(listeners: Listeners, tell: Tell, scope: Scope): void {
  const told = new Set<string>();
  const look = () => {
    // Contact points are known only once the stack's configuration is; what was sent when tells enough for a line.
    const { pages } = collectPages({ listeners, contactPoints: [] });
    const ready = pages.filter(({ notification }) => notification !== undefined);
    const key = ({ receiver, receivedAt }: Page) => `${receiver} ${receivedAt}`;
    for (const page of ready.filter((one) => !told.has(key(one)))) tell({ type: 'page', page });
    for (const page of ready) told.add(key(page));
  };
  for (const { kind, onDelivery } of listeners.receivers)
    scope.defer(`tell no more pages at ${kind}`, onDelivery(look));
  scope.defer('tell no more notifications', listeners.observer.onObservation(look));
}
