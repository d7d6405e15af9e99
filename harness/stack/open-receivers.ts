import { chmod, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { switchAlert } from '../../core/dead-mans-switch.ts';
import { broken, messageOf } from '../../core/errors.ts';
import type { Tell } from '../../core/events.ts';
import type { Page } from '../../core/record.ts';
import type { Scope } from '../../core/scope.ts';
import { isDead, type Owner, temporaryDirectory } from '../../stacks/runtimes/process/owner.ts';
import { reapOrphans } from '../../stacks/runtimes/process/reap.ts';
import { restoreFiles } from '../../stacks/runtimes/process/replaced-files.ts';
import { startWatcher, type WatchedPlaces } from '../../stacks/runtimes/process/start-watcher.ts';
import type { Runtime } from '../../stacks/runtimes/runtime.ts';
import { collectPages } from '../pages/collect-pages.ts';
import type { Drill, DrillOptions } from '../running-drill.ts';
import { type Listeners, type OwnListeners, openListeners } from './listeners.ts';
import { openRuntime } from './open-runtime.ts';
import { folderOf, runbooksOf, specOf } from './placement.ts';
import type { StackLifecycle } from './stack-lifecycle.ts';

/** Creates the runtime, which determines the address to listen on, and opens the listeners there. */
export async function openReceivers(
  { options, recorder }: Drill,
  stack: StackLifecycle,
): Promise<{ runtime: Runtime; listeners: OwnListeners }> {
  const { owner, scope } = stack;
  const { project, overlay, placement, pace } = options;
  for (const found of await reapOrphans(options.daemon))
    options.tell({ type: 'note', message: `removed what a killed run had left: ${found}` });
  const folder = folderOf(placement, project);
  for (const found of await restoreFiles(folder, isDead))
    options.tell({ type: 'note', message: `put back what a killed run had left: ${found}` });
  const temporary = await openTemporaryDirectory(owner, { ...options, folder }, scope);
  const runtime = await openRuntime(options, stack);
  const place = await runtime.harnessEndpoint();
  const listeners = await openListeners({
    stack: placement.stack,
    folders: specOf(placement, pace).config.map((folder) => join(project, 'stacks', folder)),
    pace,
    url: (pod, port) => `http://${runtime.reach(pod, port)}`,
    place,
    project,
    runbooks: runbooksOf(options).folder,
    overlay,
    temporary,
    scope,
    recorder,
  });
  return { runtime, listeners };
}

/**
 * Creates the run's temporary directory, and starts the watcher, which removes what is left of the run when this process
 * is killed.
 *
 * @returns the path of the directory.
 */
export async function openTemporaryDirectory(
  owner: Owner,
  { node, env, daemon, folder }: Pick<DrillOptions, 'node' | 'env' | 'daemon'> & WatchedPlaces,
  scope: Scope,
): Promise<string> {
  const temporary = temporaryDirectory(owner);
  scope.defer('remove temporary files', () => rm(temporary, { recursive: true, force: true, maxRetries: 5 }));
  const stopWatcher = startWatcher(owner, node, env, { folder, daemon });
  scope.defer('let the watcher go', stopWatcher);
  // Fails if the directory exists. Its name is predictable, so another user may have created it.
  await mkdir(temporary).catch((error: unknown) => {
    throw broken(
      dirname(temporary),
      `temporary files cannot be kept there: ${messageOf(error)}`,
      'name another place with TMPDIR',
      error,
    );
  });
  // Set explicitly, because of the umask: Postgres may run as another user, who must be able to enter the directory.
  await chmod(temporary, 0o711);
  return temporary;
}

/**
 * Reports each page as soon as both its message and the manager's observation of it have arrived, in either order, until
 * the scope is closed.
 */
export function tellPages(listeners: Listeners, tell: Tell, scope: Scope): void {
  const told = new Set<string>();
  const look = () => {
    // The contact points are not known before the configuration is; times and kinds suffice to show a page on the console.
    const { pages, deliveries } = collectPages({ listeners, contactPoints: [] });
    // The Watchdog pings every few seconds.
    const isPing = ({ delivery }: Page) => deliveries[delivery]?.path === listeners.deadMansSwitch?.path;
    const ready = pages.filter(
      (page) =>
        (page.notification !== undefined || page.alert === switchAlert || !listeners.observer) &&
        !isPing(page),
    );
    const key = ({ receiver, receivedAt }: Page) => `${receiver} ${receivedAt}`;
    for (const page of ready.filter((one) => !told.has(key(one)))) tell({ type: 'page', page });
    for (const page of ready) told.add(key(page));
  };
  for (const { kind, onDelivery } of listeners.receivers)
    scope.defer(`tell no more pages at ${kind}`, onDelivery(look));
  const { observer } = listeners;
  if (observer) scope.defer('tell no more notifications', observer.onObservation(look));
}
