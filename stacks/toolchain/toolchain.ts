import { join } from 'node:path';
import { interrupted } from '../../core/errors.ts';
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

/** Where the real components' programs are on this machine. */
export interface Toolchain<B extends string = Binary> {
  /** Absolute path of a binary that was asked for. */
  path(binary: B): string;
  /** The folder above the one that a binary is in, where it has files that it reads: Grafana's home path. */
  home(binary: B): string;
  /** Its version, e.g. `3.15.0`; `unknown` when a binary from the environment does not tell. */
  version(binary: B): string;
  source(binary: B): 'built' | 'environment';
}

export interface ToolchainOptions {
  /** Root of firedrill's cache, see `cacheDirOf`. */
  readonly cacheDir: string;
  readonly env: Env;
  readonly signal: AbortSignal;
  readonly progress: (sign: ToolProgress) => void;
}

/**
 * Makes sure that the named binaries exist, building what lacks, and says where they are.
 *
 * @throws FiredrillError `bad-input` for binaries that the environment names wrongly (all at once), `broken`
 * when a build cannot start or fails, `interrupted` when aborted.
 */
export async function ensureTools(
  binaries: readonly Binary[],
  options: ToolchainOptions,
): Promise<Toolchain> {
  return await ensureFrom<Binary>(Object.values(recipes), binaries, options);
}

/** The same for any recipes. */
export async function ensureFrom<B extends string>(
  known: readonly Recipe<B>[],
  binaries: readonly B[],
  options: ToolchainOptions,
): Promise<Toolchain<B>> {
  const { cacheDir, env, signal } = options;
  if (signal.aborted) throw interrupted('toolchain');
  const homeFilesOf = (binary: B) =>
    known.find((recipe) => recipe.binaries.includes(binary))?.homeFiles ?? [];
  const overrides = await readOverrides(binaries, env, homeFilesOf, signal);
  const asked = binaries.filter((binary) => !overrides.has(binary));
  const needed = known.filter((recipe) => recipe.binaries.some((binary) => asked.includes(binary)));
  await buildMissing(needed, options);

  const places = new Map<B, Place>();
  for (const [binary, override] of overrides) places.set(binary, { ...override, source: 'environment' });
  for (const recipe of needed) {
    const home = await homeFolder(recipe, cacheDir);
    for (const binary of recipe.binaries.filter((name) => asked.includes(name))) {
      const path = join(home, 'bin', binary);
      places.set(binary, { path, home, version: recipe.version, source: 'built' });
    }
  }
  const placeOf = (binary: B): Place => {
    const place = places.get(binary);
    if (!place) throw new Error(`${binary} was not asked of the toolchain`);
    return place;
  };
  return {
    path: (binary) => placeOf(binary).path,
    home: (binary) => placeOf(binary).home,
    version: (binary) => placeOf(binary).version,
    source: (binary) => placeOf(binary).source,
  };
}

interface Place extends Override {
  readonly source: 'built' | 'environment';
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
    // One after the other: each build keeps all processors busy by itself.
    for (const recipe of missing) await buildTool(recipe, { ...options, caches });
    // After a failure they stay, so that the next run goes on from there.
    await use.end();
    await removeCaches(build, locks, caches, signal);
  } catch (error) {
    if (signal.aborted) throw interrupted('toolchain');
    throw error;
  }
}
