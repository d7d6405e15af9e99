import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scope } from '../../core/scope.ts';
import { tryLock } from '../toolchain/locks.ts';

const prefix = 'work-';

/** Where the locks of what is made are; each is named as its work folder is. */
export const lockOf = (name: string, cacheDir: string): string => join(cacheDir, 'images', 'locks', name);

/**
 * A folder of the cache to make something in, which goes away with the scope. Only for whoever holds the lock of that
 * name. What others have left is removed: whose lock is free is dead.
 */
export async function workFolder(name: string, cacheDir: string, scope: Scope): Promise<string> {
  const images = join(cacheDir, 'images');
  for (const left of (await readdir(images)).filter((entry) => entry.startsWith(prefix))) {
    // Its last part makes it unique.
    const maker = left.slice(prefix.length, left.lastIndexOf('-'));
    const lock = maker === name ? undefined : await tryLock(lockOf(maker, cacheDir));
    if (lock || maker === name) await remove(join(images, left));
    await lock?.release();
  }
  const folder = await mkdtemp(join(images, `${prefix}${name}-`));
  scope.defer('work folder', () => remove(folder), 60_000);
  return folder;
}

const remove = (path: string) => rm(path, { recursive: true, force: true, maxRetries: 3 });
