import type { PreparedComponent } from '../runtime.ts';
import { type Child, startChild } from './child.ts';
import { ownedEnvironment, temporaryDirectory } from './owner.ts';
import { initialisePostgres } from './postgres.ts';
import type { ProcessRuntimeOptions } from './process-runtime-options.ts';

/** What a component's process needs of its run. */
export interface SpawnOptions
  extends Pick<ProcessRuntimeOptions, 'owner' | 'binary' | 'node' | 'projectDirectory' | 'env'> {
  /** Its own directory, which exists. */
  readonly data: string;
  /** File that takes its output. */
  readonly log: string;
  /** Its first port. */
  readonly port: number | undefined;
  /** The run's password. */
  readonly secret: string;
}

/**
 * Starts the process of a component; of a database, once it has made its files.
 *
 * @throws Error when it cannot be executed; FiredrillError `broken` when the database cannot make its files.
 */
export async function spawnComponent(
  { spec, args, env }: PreparedComponent,
  options: SpawnOptions,
  signal: AbortSignal,
): Promise<Child> {
  const { owner, binary, node, projectDirectory, env: inherited, data, log, port, secret } = options;
  const base = {
    env: ownedEnvironment({ ...inherited, ...env }, owner),
    cwd: projectDirectory,
    log,
  };
  signal.throwIfAborted();
  const { program } = spec;
  if (program.kind === 'binary') return startChild({ ...base, file: binary(program.binary), args });
  if (program.kind === 'node') {
    const imports = program.imports.flatMap((path) => ['--import', `./${path}`]);
    return startChild({ ...base, file: node, args: [...imports, program.entry, ...args] });
  }
  const { server, cluster, uid } = await initialisePostgres({
    data,
    temporary: temporaryDirectory(owner),
    password: secret,
    log,
    env: base.env,
    signal,
  });
  return startChild({
    ...base,
    file: server,
    // No socket file and no fsync: one run's data, thrown away with it.
    args: ['-D', cluster, '-p', String(port), '-h', '127.0.0.1', '-k', '', '-F', ...args],
    cwd: data,
    ...(uid === undefined ? {} : { uid }),
  });
}
