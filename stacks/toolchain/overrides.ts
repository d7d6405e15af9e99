import { execFile } from 'node:child_process';
import { access, constants, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { badInput, messageOf, type Problem } from '../../core/errors.ts';
import { fileFault } from '../../core/file-errors.ts';
import type { Programs } from '../../core/programs.ts';
import type { Env } from './go-env.ts';

/** A binary of the user, used instead of a built one. */
export interface Override {
  readonly path: string;
  /** The parent of the file's folder, with links resolved. */
  readonly home: string;
  /** The version that it prints, or `unknown`. */
  readonly version: string;
}

/** The environment variable that names a ready binary, e.g. `FIREDRILL_TOXIPROXY_SERVER`. */
export const overrideName = (binary: string) => `FIREDRILL_${binary.toUpperCase().replaceAll('-', '_')}`;

/**
 * Finds the binaries that the environment names, or else the user's system, and checks the files that they need in the
 * parent of their folder.
 *
 * @throws FiredrillError `bad-input` with every binary that cannot be used.
 */
export async function readOverrides<B extends string>(
  binaries: readonly B[],
  env: Env,
  homeFilesOf: (binary: B) => readonly string[],
  signal: AbortSignal,
  programs: Programs = {},
): Promise<Map<B, Override>> {
  const overrides = new Map<B, Override>();
  const problems: Problem[] = [];
  for (const binary of binaries) {
    const variable = overrideName(binary);
    const named = env[variable];
    const given = named ? { path: named, where: variable } : programs[binary];
    if (!given) continue;
    const { where } = given;
    const path = resolve(given.path);
    try {
      const version = await versionOf(path, binary, signal);
      overrides.set(binary, { path, home: await homeOf(path, homeFilesOf(binary)), version });
    } catch (error) {
      signal.throwIfAborted();
      problems.push({ where, message: `${path} cannot be used as ${binary}: ${why(error)}`, hint });
    }
  }
  if (problems.length > 0) throw badInput(...problems);
  return overrides;
}

const hint = 'name an executable that answers `--version`, or leave it out to have firedrill build its own';

function why(error: unknown): string {
  const fault = fileFault(error);
  const [first = ''] = messageOf(error).split('\n');
  return fault === undefined ? first : `it ${fault}`;
}

async function versionOf(path: string, binary: string, signal: AbortSignal): Promise<string> {
  if (!(await stat(path)).isFile()) throw new Error('it is not a file');
  await access(path, constants.X_OK).catch(() => {
    throw new Error('it is not executable');
  });
  // It also detects a program for another architecture, which is executable but cannot run here.
  const { stdout, stderr } = await promisify(execFile)(path, ['--version'], { signal, timeout: 10_000 });
  const said = stdout + stderr;
  const [first = ''] = said.trim().split('\n');
  if (isAnother(binary, path, said))
    throw new Error(`it is another program, which prints ${JSON.stringify(first)}`);
  return /\d+\.\d+\.\d+[\w.+-]*/.exec(said)?.[0] ?? 'unknown';
}

/**
 * Whether a program prints its version under its own name. A Collector may have any name, because users build their own.
 * A wrapper may print nothing.
 */
function isAnother(binary: string, path: string, said: string): boolean {
  const [name = ''] = binary.split('-');
  if (binary === 'otelcol' || said.toLowerCase().includes(name)) return false;
  return new RegExp(`^${RegExp.escape(basename(path))}\\b.*\\d+\\.\\d+`, 'i').test(said.trim());
}

async function homeOf(path: string, files: readonly string[]): Promise<string> {
  const home = dirname(dirname(await realpath(path)));
  for (const needed of files.map((file) => join(home, file))) {
    if (!(await canRead(needed))) throw new Error(`it needs ${needed}, which cannot be read`);
  }
  return home;
}

const canRead = (path: string) =>
  access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
