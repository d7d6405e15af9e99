import { access, constants, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { broken, interrupted, messageOf } from '../../core/errors.ts';
import { Scope } from '../../core/scope.ts';
import { cacheKey } from './cache-key.ts';
import { type Env, type GoCache, goEnv } from './go-env.ts';
import { lockWhenFree } from './locks.ts';
import { logTail } from './log-tail.ts';
import type { ToolProgress } from './progress.ts';
import type { Command, Recipe } from './recipe.ts';
import { runLogged } from './run-logged.ts';
import { type ToolSigns, toolSigns } from './tool-signs.ts';

export interface BuildOptions {
  readonly cacheDir: string;
  readonly env: Env;
  readonly caches: readonly GoCache[];
  readonly signal: AbortSignal;
  readonly progress: (sign: ToolProgress) => void;
}

const tailLines = 25;

/** Where a recipe's tool is once it is built: its binaries in `bin`, and the files that they read. */
export const homeFolder = async (recipe: Recipe, cacheDir: string) =>
  join(cacheDir, 'tools', await cacheKey(recipe));

/** Whether all the binaries of a recipe, and the files that they cannot do without, are in a folder. */
export async function isComplete(recipe: Recipe, home: string): Promise<boolean> {
  const looks = [
    ...recipe.binaries.map((name) => access(join(home, 'bin', name), constants.X_OK)),
    ...(recipe.homeFiles ?? []).map((file) => access(join(home, file), constants.R_OK)),
  ];
  return (await Promise.allSettled(looks)).every((look) => look.status === 'fulfilled');
}

/**
 * Builds one tool into the cache, or waits for the process that is building it.
 *
 * @throws FiredrillError `broken` with the end of the build's log and the log's path; `interrupted` when aborted.
 */
export async function buildTool(recipe: Recipe, options: BuildOptions): Promise<void> {
  const { cacheDir, signal } = options;
  const where = `toolchain: ${recipe.tool}`;
  const signs = toolSigns(recipe, options.progress);
  const key = await cacheKey(recipe);
  const final = join(cacheDir, 'tools', key);
  await using scope = new Scope();
  try {
    const lock = await lockWhenFree(join(cacheDir, 'build', 'locks', key), {
      where,
      signal,
      onWait: (holder) => signs.tell('waiting', 'waiting for another firedrill that builds it', holder),
    });
    scope.defer('lock', lock.release);
    if (await isComplete(recipe, final)) {
      signs.tell('ready', 'built by another firedrill');
      return;
    }
    await buildLocked(recipe, key, final, signs, {
      ...options,
      signal: AbortSignal.any([signal, lock.lost]),
    });
    signs.tell('ready', 'built');
  } catch (error) {
    if (signal.aborted) throw interrupted(where);
    throw error;
  }
}

async function buildLocked(
  recipe: Recipe,
  key: string,
  final: string,
  signs: ToolSigns,
  options: BuildOptions,
): Promise<void> {
  const { cacheDir, signal } = options;
  const where = `toolchain: ${recipe.tool}`;
  const build = join(cacheDir, 'build');
  const log = join(build, `${key}.log`);
  await removeLeftovers(build, key);
  await using scope = new Scope();
  const workFolder = await mkdtemp(join(build, `${key}-`));
  scope.defer('work folder', () => rm(workFolder, { recursive: true, force: true, maxRetries: 5 }), 60_000);
  const [out, work] = [join(workFolder, 'out'), join(workFolder, 'work')];
  await mkdir(join(out, 'bin'), { recursive: true });
  await mkdir(work);
  const env = goEnv(options.env, options.caches, workFolder);
  const watch = signs.watch(log);
  scope.defer('progress', watch.stop);
  await recipe.build({
    home: out,
    bin: join(out, 'bin'),
    work,
    run(command) {
      watch.begin(command.step);
      return runStep(where, command, env, log, signal);
    },
  });
  signal.throwIfAborted();
  if (!(await isComplete(recipe, out))) {
    throw broken(
      where,
      `the build ended without all of ${[...recipe.binaries, ...(recipe.homeFiles ?? [])].join(', ')}`,
      `the whole log: ${log}`,
    );
  }
  await mkdir(join(cacheDir, 'tools'), { recursive: true });
  // Only a damaged one can be there: a complete one was looked for under the same lock.
  await rm(final, { recursive: true, force: true });
  await rename(out, final);
  await rm(log, { force: true });
}

/** Removes what builds of this key that died have left; the lock says that none is alive. */
async function removeLeftovers(build: string, key: string) {
  for (const name of (await readdir(build)).filter((entry) => entry.startsWith(key))) {
    await rm(join(build, name), { recursive: true, force: true });
  }
}

async function runStep(
  where: string,
  command: Command,
  env: Readonly<Record<string, string>>,
  log: string,
  signal: AbortSignal,
) {
  let end: string | undefined;
  try {
    end = await runLogged({ ...command, env: { ...env, ...command.env }, log, signal });
  } catch (error) {
    signal.throwIfAborted();
    throw broken(
      where,
      `${command.step}: ${command.file} cannot be started: ${messageOf(error)}`,
      undefined,
      error,
    );
  }
  signal.throwIfAborted();
  if (end === undefined) return;
  const tail = (await logTail(log, tailLines)).map((line) => `    | ${line}`).join('\n');
  throw broken(where, `${command.step} ${end}; the end of its log:\n${tail}`, `the whole log: ${log}`);
}
