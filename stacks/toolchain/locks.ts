import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import lockfile from 'proper-lockfile';
import { broken, messageOf } from '../../core/errors.ts';
import { makeFolder } from '../../core/make-folder.ts';
import { met, notYet, until } from '../../core/poll.ts';

/** A holder that has not renewed its lock for this long is dead, in milliseconds. */
const staleMs = 10_000;
/** Longest wait for another build, in milliseconds: the slowest tool on a slow host, several times over. */
const patienceMs = 3_600_000;

export interface Lock {
  /** Aborted when the lock was taken from us because this process stood still for too long. */
  readonly lost: AbortSignal;
  readonly release: () => Promise<void>;
}

/** Takes a lock between processes, or returns `undefined` when it is held. */
export async function tryLock(path: string): Promise<Lock | undefined> {
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
      // A lock that was lost is no longer ours to release.
      release: async () => (lost.signal.aborted ? undefined : await release()),
    };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ELOCKED') return undefined;
    throw error;
  }
}

export interface Waiting {
  readonly where: string;
  readonly signal: AbortSignal;
  /** Told again and again who holds the lock, while it is held. */
  readonly onWait?: (holder: string) => void;
}

/** Takes a lock between processes, waiting for whoever holds it; a dead holder's is taken after 10 s. */
export async function lockWhenFree(path: string, { where, signal, onWait }: Waiting): Promise<Lock> {
  return await until(
    `the lock ${path}`,
    async () => {
      const lock = await tryLock(path);
      return lock ? met(lock) : notYet(await holderOf(path));
    },
    { where, withinMs: patienceMs, everyMs: 200, signal, ...(onWait ? { onNotMet: onWait } : {}) },
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
