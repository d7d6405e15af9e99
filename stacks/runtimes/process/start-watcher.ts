import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Daemon } from '../docker/docker-api.ts';
import { type Owner, ownerText } from './owner.ts';

const program = fileURLToPath(new URL('./watcher.ts', import.meta.url));

/** Where a run may leave something, beside its processes and its temporary directory. */
export interface WatchedPlaces {
  /** A folder in which it may replace files. */
  readonly folder?: string | undefined;
  /** A daemon that may have containers of it. */
  readonly daemon?: Daemon | undefined;
}

/**
 * Starts the watcher of a run. It removes all leftovers of the run once this process has exited, including after `kill
 * -9`.
 *
 * @returns a function that ends the watcher, for a run that has cleaned up.
 */
export function startWatcher(
  owner: Owner,
  node: string,
  env: Readonly<Record<string, string>>,
  places: WatchedPlaces = {},
): () => Promise<void> {
  const subprocess = execa(node, [program, ownerText(owner), JSON.stringify(places)], {
    env: { ...env },
    extendEnv: false,
    detached: true,
    cleanup: false,
    reject: false,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  return async () => {
    subprocess.stdin.end();
    await subprocess;
  };
}
