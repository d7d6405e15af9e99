import { execFile } from 'node:child_process';
import { access, readFile, rm, statfs } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { broken, isAbort, messageOf } from '../../core/errors.ts';
import { makeFolder } from '../../core/make-folder.ts';
import { filesIn } from './cache-key.ts';
import { type Env, type GoCache, goCaches, goEnv } from './go-env.ts';
import { overrideName } from './overrides.ts';
import type { Recipe } from './recipe.ts';

type Version = readonly [major: number, minor: number, patch: number];

/** Reads `1.26`, `1.26.8`, `go1.27rc1` (a release candidate counts as its release). */
export function parseGoVersion(text: string): Version | undefined {
  const parts = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return parts ? [Number(parts[1]), Number(parts[2]), Number(parts[3] ?? 0)] : undefined;
}

const isLower = (a: Version, b: Version) =>
  a[0] !== b[0] ? a[0] < b[0] : a[1] !== b[1] ? a[1] < b[1] : a[2] < b[2];

/** The Go that a recipe needs: the highest `go` line of its go.mod files. */
async function neededGo(recipe: Recipe): Promise<Version> {
  let highest: Version = [1, 0, 0];
  for (const file of (await filesIn(recipe.folder)).filter((path) => basename(path) === 'go.mod')) {
    const line = parseGoVersion(/^go (\S+)/m.exec(await readFile(file, 'utf8'))?.[1] ?? '');
    if (line && isLower(highest, line)) highest = line;
  }
  return highest;
}

/**
 * Makes sure that Go is there and new enough for a recipe.
 *
 * @throws FiredrillError `broken` saying which version is needed and how to get it.
 */
export async function requireGo(recipe: Recipe, cacheDir: string, env: Env, signal: AbortSignal) {
  const needed = await neededGo(recipe);
  const complain = (found: string, cause?: unknown) =>
    broken(
      `toolchain: ${recipe.tool}`,
      `building ${recipe.tool} ${recipe.version} needs Go ${needed.join('.')} or newer, but ${found}`,
      `install Go from https://go.dev/dl/ and put it on PATH, or name ready binaries with ${recipe.binaries
        .map(overrideName)
        .join(', ')}`,
      cause,
    );
  await makeFolder(cacheDir);
  let said: string;
  try {
    // In the recipe's folder, because there Go may switch to a newer toolchain of its own (GOTOOLCHAIN).
    const options = { cwd: recipe.folder, env: goEnv(env, goCaches(cacheDir, env), cacheDir), signal };
    said = (await promisify(execFile)('go', ['version'], options)).stdout.trim();
  } catch (error) {
    if (isAbort(error)) throw error;
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw complain(missing ? 'there is no go on PATH' : `\`go version\` failed: ${messageOf(error)}`, error);
  }
  const found = parseGoVersion(/ go(\S+)/.exec(said)?.[1] ?? '');
  if (!found || isLower(found, needed)) throw complain(`the one on PATH says "${said}"`);
}

const compilerOf = (env: Env) => env.CC || (process.platform === 'darwin' ? 'clang' : 'gcc');

/**
 * Makes sure that a recipe with parts in C finds a compiler that can make them.
 *
 * @throws FiredrillError `broken` with what the compiler says and how to get one.
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
 * Makes sure that the disk can hold what the recipes need while they are built.
 *
 * @throws FiredrillError `broken` with what is needed and what is free.
 */
export async function requireDisk(recipes: readonly Recipe[], cacheDir: string, caches: readonly GoCache[]) {
  // Of caches that are the user's, or that an interrupted build has begun to fill, nobody knows how much
  // there is still to come.
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

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
