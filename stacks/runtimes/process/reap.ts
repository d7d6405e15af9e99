import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../../core/errors.ts';
import { met, notYet, until } from '../../../core/poll.ts';
import type { Daemon } from '../docker/docker-api.ts';
import { type ReapOptions, reapContainers } from '../docker/reap.ts';
import { isDead, type Owner, ownerOfDirectory } from './owner.ts';
import { type OwnedProcess, ownedProcesses, send } from './processes.ts';
import { clusterIn, releaseSharedMemory } from './shared-memory.ts';

/** A daemon that may have containers of the runs. */
export interface DaemonToReap extends ReapOptions {
  readonly daemon: Daemon | undefined;
}

/**
 * Ends every process of the given owners (SIGTERM, then SIGKILL after `graceMs`), removes their temporary directories,
 * and meanwhile what they have in a daemon. It never throws, so that other cleanup continues.
 *
 * @returns what was found, for a message.
 */
export async function reap(
  isOurs: (owner: Owner) => boolean,
  graceMs = 3_000,
  contained?: DaemonToReap,
): Promise<string[]> {
  const containers = reapContainers(isOurs, contained?.daemon, contained);
  const onMachine = [...(await endProcesses(isOurs, graceMs)), ...(await removeDirectories(isOurs))];
  return [...onMachine, ...(await containers)];
}

/** Removes leftovers of runs whose harness has exited. */
export const reapOrphans = (daemon?: Daemon): Promise<string[]> => reap(isDead, 3_000, { daemon });

async function endProcesses(isOurs: (owner: Owner) => boolean, graceMs: number): Promise<string[]> {
  const asked = new Map<string, OwnedProcess>();
  const startedAt = performance.now();
  let emptyChecks = 0;
  const check = () => {
    const left = ownedProcesses().filter(({ pid, owner }) => isOurs(owner) && pid !== process.pid);
    for (const found of left) {
      const key = `${found.pid} ${found.startTicks}`;
      if (performance.now() - startedAt > graceMs) send(found, 'SIGKILL');
      else if (!asked.has(key)) send(found, 'SIGTERM');
      asked.set(key, found);
    }
    // A process that is just starting shows its owner a moment later, so one empty check is not enough.
    emptyChecks = left.length === 0 ? emptyChecks + 1 : 0;
    return emptyChecks > 1 ? met(true) : notYet(left.map(({ pid }) => pid).join(', '));
  };
  const problems = await until('processes to end', check, {
    where: 'reaper',
    withinMs: graceMs + 3_000,
    everyMs: 25,
    signal: new AbortController().signal,
  }).then(
    () => [],
    (error: unknown) => [messageOf(error)],
  );
  return [...asked.values()].map(({ pid, owner }) => `process ${pid} of run ${owner.run}`).concat(problems);
}

async function removeDirectories(isOurs: (owner: Owner) => boolean): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir(tmpdir()).catch((): string[] => [])) {
    const owner = ownerOfDirectory(name);
    if (!owner || !isOurs(owner)) continue;
    const path = join(tmpdir(), name);
    try {
      // Any of them may be a database's.
      for (const data of await readdir(path)) await releaseSharedMemory(clusterIn(join(path, data)));
      await rm(path, { recursive: true, force: true, maxRetries: 5 });
      found.push(`directory ${path}`);
    } catch (error) {
      // Most likely it belongs to another user.
      found.push(`directory ${path}, not removed: ${messageOf(error)}`);
    }
  }
  return found;
}
