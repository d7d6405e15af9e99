import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Daemon } from '../docker/docker-api.ts';
import { type Owner, ownerText } from './owner.ts';

const program = fileURLToPath(new URL('./watcher.ts', import.meta.url));

/**
 * Starts the watcher of a run: it ends whatever the run still has once this process is gone, also by
 * `kill -9`.
 *
 * @param daemon in which the run may have containers.
 * @returns the way to let it go, for a run that has cleaned up after itself.
 */
export function startWatcher(
  owner: Owner,
  node: string,
  env: Readonly<Record<string, string>>,
  daemon?: Daemon,
): () => Promise<void> {
  const subprocess = execa(node, [program, ownerText(owner), ...(daemon ? [JSON.stringify(daemon)] : [])], {
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
