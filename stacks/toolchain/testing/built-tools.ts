import { cacheDirOf } from '../cache-dir.ts';
import { type Binary, ensureTools, type Toolchain } from '../toolchain.ts';

/** The tools of these binaries, from the cache of this machine. The first run on a machine builds them. */
export const builtTools = (
  binaries: readonly Binary[],
  signal = new AbortController().signal,
): Promise<Toolchain> =>
  ensureTools(binaries, { cacheDir: cacheDirOf(process.env), env: process.env, signal, progress: () => {} });
