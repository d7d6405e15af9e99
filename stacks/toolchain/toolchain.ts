import { join } from 'node:path';
import { interrupted } from '../../core/errors.ts';
import type { Programs } from '../../core/programs.ts';
import { Scope } from '../../core/scope.ts';
import { buildTool, homeFolder, isComplete } from './build-tool.ts';
import { type Env, goCaches } from './go-env.ts';
import { type Override, readOverrides } from './overrides.ts';
import { requireCompiler, requireDisk, requireGo } from './preflight.ts';
import type { ToolProgress } from './progress.ts';
import type { Recipe } from './recipe.ts';
import { type Binary, recipes } from './recipes.ts';
import { removeCaches, useCaches } from './shared-caches.ts';

export type { ToolProgress } from './progress.ts';
export type { Binary, ToolName } from './recipes.ts';

/** The paths of the components' binaries on this machine. */
export interface Toolchain<B extends string = Binary> {
  /** Absolute path of a requested binary. */
  path(binary: B): string;
  /** The parent of a binary's folder, which has the files that it reads: Grafana's home path. */
  home(binary: B): string;
  /** Its version, e.g. `3.15.0`; `unknown` if a binary of the user does not print it. */
  version(binary: B): string;
  source(binary: B): 'built' | 'user';
}

export interface ToolchainOptions {
  /** Root of firedrill's cache, see `cacheDirOf`. */
  readonly cacheDir: string;
  readonly env: Env;
  readonly signal: AbortSignal;
  readonly progress: (sign: ToolProgress) => void;
  /** Programs of the user's system, used unless the environment names others. */
  readonly programs?: Programs | undefined;
}

/**
 * Provides the named binaries and builds missing ones.
 *
 * @throws FiredrillError `bad-input` with all invalid binaries of the user, `broken` if a build cannot start or
 * fails, `interrupted` if aborted.
 */
export async function ensureTools(
  binaries: readonly Binary[],
  options: ToolchainOptions,
): Promise<Toolchain> {
  return await ensureFrom<Binary>(Object.values(recipes), binaries, options);
}

/**
 * Returns the paths of the requested binaries that are already built or named by the user.
 *
 * @throws FiredrillError `bad-input` if the user names a file that cannot be used.
 */
export async function toolsAtHand(
  binaries: readonly Binary[],
  { cacheDir, env, signal, programs }: Omit<ToolchainOptions, 'progress'>,
): Promise<ReadonlyMap<Binary, string>> {
  const found = new Map<Binary, string>();
  for (const [binary, { path }] of await readOverrides(binaries, env, () => [], signal, programs))
    found.set(binary, path);
  for (const recipe of Object.values(recipes)) {
    const home = await homeFolder(recipe, cacheDir);
    if (!(await isComplete(recipe, home))) continue;
    for (const binary of recipe.binaries) {
      if (binaries.includes(binary) && !found.has(binary)) found.set(binary, join(home, 'bin', binary));
    }
  }
  return found;
}

/** As `ensureTools`, for any recipes. */
export async function ensureFrom<B extends string>(
  known: readonly Recipe<B>[],
  binaries: readonly B[],
  options: ToolchainOptions,
): Promise<Toolchain<B>> {
  const { cacheDir, env, signal, programs } = options;
  if (signal.aborted) throw interrupted('toolchain');
  const homeFilesOf = (binary: B) =>
    known.find((recipe) => recipe.binaries.includes(binary))?.homeFiles ?? [];
  const overrides = await readOverrides(binaries, env, homeFilesOf, signal, programs);
  const requested = binaries.filter((binary) => !overrides.has(binary));
  const needed = known.filter((recipe) => recipe.binaries.some((binary) => requested.includes(binary)));
  await buildMissing(needed, options);

  const locations = new Map<B, ToolLocation>();
  for (const [binary, override] of overrides) locations.set(binary, { ...override, source: 'user' });
  for (const recipe of needed) {
    const home = await homeFolder(recipe, cacheDir);
    for (const binary of recipe.binaries.filter((name) => requested.includes(name))) {
      const path = join(home, 'bin', binary);
      locations.set(binary, { path, home, version: recipe.version, source: 'built' });
    }
  }
  const locationOf = (binary: B): ToolLocation => {
    const location = locations.get(binary);
    if (!location) throw new Error(`${binary} was not requested of the toolchain`);
    return location;
  };
  return {
    path: (binary) => locationOf(binary).path,
    home: (binary) => locationOf(binary).home,
    version: (binary) => locationOf(binary).version,
    source: (binary) => locationOf(binary).source,
  };
}

interface ToolLocation extends Override {
  readonly source: 'built' | 'user';
}

async function buildMissing(needed: readonly Recipe[], options: ToolchainOptions): Promise<void> {
  const { cacheDir, env, signal } = options;
  const missing: Recipe[] = [];
  for (const recipe of needed) {
    if (!(await isComplete(recipe, await homeFolder(recipe, cacheDir)))) missing.push(recipe);
  }
  if (missing.length === 0) return;

  const caches = goCaches(cacheDir, env);
  const build = join(cacheDir, 'build');
  const locks = join(build, 'locks');
  try {
    for (const recipe of missing) {
      await requireGo(recipe, cacheDir, env, signal);
      await requireCompiler(recipe, cacheDir, env, signal);
    }
    await requireDisk(missing, cacheDir, caches);
    await using scope = new Scope();
    const use = await useCaches(locks, signal);
    scope.defer('use of the caches', use.end);
    // Sequentially: each build uses all processors.
    for (const recipe of missing) await buildTool(recipe, { ...options, caches });
    // After a failure they are kept, so that the next run continues from there.
    await use.end();
    await removeCaches(build, locks, caches, signal);
  } catch (error) {
    if (signal.aborted) throw interrupted('toolchain');
    throw error;
  }
}
