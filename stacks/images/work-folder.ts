import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scope } from '../../core/scope.ts';
import { tryLock } from '../toolchain/locks.ts';

const prefix = 'work-';

/** The path of the lock for a work folder of that name. */
export const lockOf = (name: string, cacheDir: string): string => join(cacheDir, 'images', 'locks', name);

/**
 * Makes a temporary folder in the cache, which is removed with the scope. The caller must hold the lock of that name.
 * Leftovers of other processes are removed: if their lock is free, they have died.
 */
export async function workFolder(name: string, cacheDir: string, scope: Scope): Promise<string> {
  const images = join(cacheDir, 'images');
  for (const leftover of (await readdir(images)).filter((entry) => entry.startsWith(prefix))) {
    // Its last part is random.
    const maker = leftover.slice(prefix.length, leftover.lastIndexOf('-'));
    const lock = maker === name ? undefined : await tryLock(lockOf(maker, cacheDir));
    if (lock || maker === name) await remove(join(images, leftover));
    await lock?.release();
  }
  const folder = await mkdtemp(join(images, `${prefix}${name}-`));
  scope.defer('work folder', () => remove(folder), 60_000);
  return folder;
}

const remove = (path: string) => rm(path, { recursive: true, force: true, maxRetries: 3 });
