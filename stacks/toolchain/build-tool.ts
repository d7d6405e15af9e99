import { access, constants, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { broken, interrupted, messageOf } from '../../core/errors.ts';
import { Scope } from '../../core/scope.ts';
import { type BuildProgress, buildProgress } from './build-progress.ts';
import { cacheKey } from './cache-key.ts';
import { type Env, type GoCache, goEnv } from './go-env.ts';
import { lockWhenFree } from './locks.ts';
import { logTail, withoutPackageNames } from './log-tail.ts';
import type { ToolProgress } from './progress.ts';
import type { Command, Recipe } from './recipe.ts';
import { runLogged } from './run-logged.ts';

export interface BuildOptions {
  readonly cacheDir: string;
  readonly env: Env;
  readonly caches: readonly GoCache[];
  readonly signal: AbortSignal;
  readonly progress: (sign: ToolProgress) => void;
}

/** The number of log lines in the error of a failed build. */
const tailLines = 25;
/** The number of log lines in which the error is looked for. Other packages are still compiled after it. */
const logLines = 400;

/** The folder of a recipe's built tool: its binaries in `bin`, and the files that they read. */
export const homeFolder = async (recipe: Recipe, cacheDir: string) =>
  join(cacheDir, 'tools', await cacheKey(recipe));

/** Whether a folder has all binaries of a recipe and the files that they need. */
export async function isComplete(recipe: Recipe, home: string): Promise<boolean> {
  const checks = [
    ...recipe.binaries.map((name) => access(join(home, 'bin', name), constants.X_OK)),
    ...(recipe.homeFiles ?? []).map((file) => access(join(home, file), constants.R_OK)),
  ];
  return (await Promise.allSettled(checks)).every((result) => result.status === 'fulfilled');
}

/**
 * Builds one tool into the cache, or waits for the process that is building it.
 *
 * @throws FiredrillError `broken` with the end of the build's log and the log's path; `interrupted` when aborted.
 */
export async function buildTool(recipe: Recipe, options: BuildOptions): Promise<void> {
  const { cacheDir, signal } = options;
  const where = `toolchain: ${recipe.tool}`;
  const progress = buildProgress(recipe, options.progress);
  const key = await cacheKey(recipe);
  const final = join(cacheDir, 'tools', key);
  await using scope = new Scope();
  try {
    const lock = await lockWhenFree(join(cacheDir, 'build', 'locks', key), {
      where,
      signal,
      onWait: (holder) => progress.report('waiting', 'waiting for another firedrill that builds it', holder),
    });
    scope.defer('lock', lock.release);
    if (await isComplete(recipe, final)) {
      progress.report('ready', 'built by another firedrill');
      return;
    }
    await buildLocked(recipe, key, final, progress, {
      ...options,
      signal: AbortSignal.any([signal, lock.lost]),
    });
    progress.report('ready', 'built');
  } catch (error) {
    if (signal.aborted) throw interrupted(where);
    throw error;
  }
}

async function buildLocked(
  recipe: Recipe,
  key: string,
  final: string,
  progress: BuildProgress,
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
  const watch = progress.watch(log);
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
  // An existing folder is incomplete: that was checked under the same lock.
  await rm(final, { recursive: true, force: true });
  await rename(out, final);
  await rm(log, { force: true });
}

/** Removes leftovers of builds of this key. The lock guarantees that none is running. */
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
  const tail = withoutPackageNames(await logTail(log, logLines)).slice(-tailLines);
  const quoted = tail.map((line) => `    | ${line}`).join('\n');
  throw broken(where, `${command.step} ${end}; the end of its log:\n${quoted}`, `the whole log: ${log}`);
}
