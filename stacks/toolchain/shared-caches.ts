import { randomUUID } from 'node:crypto';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { GoCache } from './go-env.ts';
import { anyHeld, lockWhenFree, tryLock } from './locks.ts';

export interface CacheUse {
  /** Ends the use. Idempotent. */
  readonly end: () => Promise<void>;
}

const where = 'toolchain: caches';

/**
 * Marks Go's caches as in use, so that no other firedrill process removes them meanwhile. The short lock `caches`
 * orders this against a removal that is about to begin.
 */
export async function useCaches(locks: string, signal: AbortSignal): Promise<CacheUse> {
  const gate = await lockWhenFree(join(locks, 'caches'), { where, signal });
  try {
    const path = join(locks, `user-${randomUUID()}`);
    const lock = await tryLock(path);
    let ending: Promise<void> | undefined;
    const end = async () => {
      await lock?.release();
      await rm(path, { force: true });
    };
    return {
      end: () => {
        ending ??= end();
        return ending;
      },
    };
  } finally {
    await gate.release();
  }
}

/** Removes the caches that firedrill made, unless another process is building with them. */
export async function removeCaches(
  build: string,
  locks: string,
  caches: readonly GoCache[],
  signal: AbortSignal,
): Promise<void> {
  const gate = await lockWhenFree(join(locks, 'caches'), { where, signal });
  try {
    if (await anyHeld(locks, 'user-')) return;
    for (const cache of caches.filter(({ own }) => own)) {
      // Renamed first and deleted later, so that the next build need not wait.
      await rename(cache.path, join(build, `trash-${randomUUID()}`)).catch(ignoreMissing);
    }
  } finally {
    await gate.release();
  }
  // Including leftovers of an interrupted removal.
  for (const name of (await readdir(build)).filter((entry) => entry.startsWith('trash-'))) {
    await rm(join(build, name), { recursive: true, force: true, maxRetries: 3 });
  }
}

function ignoreMissing(error: unknown) {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}
