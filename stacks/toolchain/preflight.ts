import { execFile } from 'node:child_process';
import { readFile, rm, statfs } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { broken, isAbort, messageOf } from '../../core/errors.ts';
import { exists } from '../../core/exists.ts';
import { makeFolder } from '../../core/make-folder.ts';
import { filesIn } from './cache-key.ts';
import { type Env, type GoCache, goCaches, goEnv } from './go-env.ts';
import { overrideName } from './overrides.ts';
import type { Recipe } from './recipe.ts';

type Version = readonly [major: number, minor: number, patch: number];

/** Parses `1.26`, `1.26.8`, `go1.27rc1` (a release candidate counts as its release). */
export function parseGoVersion(text: string): Version | undefined {
  const parts = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return parts ? [Number(parts[1]), Number(parts[2]), Number(parts[3] ?? 0)] : undefined;
}

const isLower = (a: Version, b: Version) =>
  a[0] !== b[0] ? a[0] < b[0] : a[1] !== b[1] ? a[1] < b[1] : a[2] < b[2];

/** The Go version that a recipe needs: the highest `go` line of its go.mod files. */
async function neededGo(recipe: Recipe): Promise<Version> {
  let highest: Version = [1, 0, 0];
  for (const file of (await filesIn(recipe.folder)).filter((path) => basename(path) === 'go.mod')) {
    const line = parseGoVersion(/^go (\S+)/m.exec(await readFile(file, 'utf8'))?.[1] ?? '');
    if (line && isLower(highest, line)) highest = line;
  }
  return highest;
}

/**
 * Checks that Go is installed and new enough for a recipe.
 *
 * @throws FiredrillError `broken` with the required version and how to get it.
 */
export async function requireGo(recipe: Recipe, cacheDir: string, env: Env, signal: AbortSignal) {
  const needed = await neededGo(recipe);
  const goError = (found: string, cause?: unknown) =>
    broken(
      `toolchain: ${recipe.tool}`,
      `building ${recipe.tool} ${recipe.version} needs Go ${needed.join('.')} or newer, but ${found}`,
      `install Go from https://go.dev/dl/ and put it on PATH, or name ready binaries with ${recipe.binaries
        .map(overrideName)
        .join(', ')}`,
      cause,
    );
  await makeFolder(cacheDir);
  let output: string;
  try {
    // In the recipe's folder, since Go may switch to a newer toolchain there (GOTOOLCHAIN).
    const options = { cwd: recipe.folder, env: goEnv(env, goCaches(cacheDir, env), cacheDir), signal };
    output = (await promisify(execFile)('go', ['version'], options)).stdout.trim();
  } catch (error) {
    if (isAbort(error)) throw error;
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw goError(missing ? 'there is no go on PATH' : `\`go version\` failed: ${messageOf(error)}`, error);
  }
  const found = parseGoVersion(/ go(\S+)/.exec(output)?.[1] ?? '');
  if (!found || isLower(found, needed)) throw goError(`the one on PATH says "${output}"`);
}

const compilerOf = (env: Env) => env.CC || (process.platform === 'darwin' ? 'clang' : 'gcc');

/**
 * Checks that a recipe that uses cgo has a working C compiler.
 *
 * @throws FiredrillError `broken` with the compiler's error and how to get one.
 */
export async function requireCompiler(recipe: Recipe, cacheDir: string, env: Env, signal: AbortSignal) {
  if (!recipe.cgo) return;
  const [compiler = '', ...own] = compilerOf(env).split(' ');
  const probe = join(cacheDir, `probe-${process.pid}`);
  await makeFolder(cacheDir);
  try {
    const linkage = process.platform === 'darwin' ? [] : ['-static'];
    const args = [...own, '-x', 'c', '-', ...linkage, '-lm', '-lpthread', '-o', probe];
    const running = promisify(execFile)(compiler, args, { env: goEnv(env, [], cacheDir), signal });
    running.child.stdin?.on('error', () => {}).end('#include <stdlib.h>\nint main(void) { return 0; }\n');
    await running;
  } catch (error) {
    if (isAbort(error)) throw error;
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw broken(
      `toolchain: ${recipe.tool}`,
      `building ${recipe.tool} ${recipe.version} needs a C compiler and the static C library, but ${
        missing ? `there is no ${compiler} on PATH` : `${compiler} failed: ${messageOf(error)}`
      }`,
      `install them (Debian: apt install gcc libc6-dev; Fedora: dnf install gcc glibc-static), or name ready \
binaries with ${recipe.binaries.map(overrideName).join(', ')}`,
      error,
    );
  } finally {
    await rm(probe, { force: true });
  }
}

/**
 * Checks that there is enough disk space for building the recipes.
 *
 * @throws FiredrillError `broken` with the required and the free space.
 */
export async function requireDisk(recipes: readonly Recipe[], cacheDir: string, caches: readonly GoCache[]) {
  // The remaining need is unknown if the caches are the user's or an interrupted build has begun to fill them.
  for (const cache of caches) {
    if (!cache.own || (await exists(cache.path))) return;
  }
  await makeFolder(cacheDir);
  const needed = recipes.reduce((sum, recipe) => sum + recipe.diskBytes, 0);
  const { bavail, bsize } = await statfs(cacheDir);
  const free = bavail * bsize;
  if (free >= needed) return;
  const names = recipes.map((recipe) => recipe.tool).join(', ');
  throw broken(
    'toolchain',
    `building ${names} needs about ${gigabytes(needed)} free for a while, but ${cacheDir} has ${gigabytes(free)}`,
    'free some space, or set XDG_CACHE_HOME to a folder on a larger disk',
  );
}

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
