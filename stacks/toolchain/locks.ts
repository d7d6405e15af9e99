import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import lockfile from 'proper-lockfile';
import { broken, messageOf } from '../../core/errors.ts';
import { makeFolder } from '../../core/make-folder.ts';
import { met, notYet, until } from '../../core/poll.ts';

/** Time without renewal after which a lock's holder counts as dead, in milliseconds. */
const staleMs = 10_000;
/** Longest wait for another build, in milliseconds: several times the slowest build on a slow host. */
const maxWaitMs = 3_600_000;

export interface ProcessLock {
  /** Aborted if the lock was lost because this process was stopped for too long. */
  readonly lost: AbortSignal;
  readonly release: () => Promise<void>;
}

/** Takes a lock between processes; `undefined` if it is held. */
export async function tryLock(path: string): Promise<ProcessLock | undefined> {
  await makeFolder(dirname(path));
  const lost = new AbortController();
  try {
    const release = await lockfile.lock(path, {
      realpath: false,
      stale: staleMs,
      onCompromised: (error) =>
        lost.abort(broken('toolchain', `lost the lock ${path}: ${error.message}`, 'start again')),
    });
    await writeFile(path, `process ${process.pid}`);
    return {
      lost: lost.signal,
      // A lost lock must not be released.
      release: async () => (lost.signal.aborted ? undefined : await release()),
    };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ELOCKED') return undefined;
    throw error;
  }
}

export interface LockWaitOptions {
  readonly where: string;
  readonly signal: AbortSignal;
  /** Called repeatedly with the holder while the lock is held. */
  readonly onWait?: (holder: string) => void;
}

/** Takes a lock between processes and waits while it is held. A dead holder's lock is taken after 10 s. */
export async function lockWhenFree(
  path: string,
  { where, signal, onWait }: LockWaitOptions,
): Promise<ProcessLock> {
  return await until(
    `the lock ${path}`,
    async () => {
      const lock = await tryLock(path);
      return lock ? met(lock) : notYet(await holderOf(path));
    },
    { where, withinMs: maxWaitMs, everyMs: 200, signal, ...(onWait ? { onNotMet: onWait } : {}) },
  );
}

const holderOf = (path: string) =>
  readFile(path, 'utf8').catch((error) => `unknown holder (${messageOf(error)})`);

/** Whether any lock in a folder whose name starts with `prefix` is held by a live process. */
export async function anyHeld(folder: string, prefix: string): Promise<boolean> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix) || !name.endsWith('.lock')) continue;
    const path = join(folder, basename(name, '.lock'));
    if (await lockfile.check(path, { realpath: false, stale: staleMs })) return true;
  }
  return false;
}
