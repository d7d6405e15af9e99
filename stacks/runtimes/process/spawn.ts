import type { PreparedComponent } from '../runtime.ts';
import { type Child, startChild } from './child.ts';
import { ownedEnvironment, temporaryDirectory } from './owner.ts';
import { initialisePostgres } from './postgres.ts';
import type { ProcessRuntimeOptions } from './process-runtime-options.ts';

/** Properties of the run that a component's process needs. */
export interface SpawnOptions
  extends Pick<ProcessRuntimeOptions, 'owner' | 'binary' | 'node' | 'projectDirectory' | 'env'> {
  /** Its directory, which exists. */
  readonly data: string;
  /** File for its output. */
  readonly log: string;
  /** Its first port. */
  readonly port: number | undefined;
  /** The run's password. */
  readonly secret: string;
}

/**
 * Starts the process of a component. A database is initialised first.
 *
 * @throws Error if it cannot be executed; FiredrillError `broken` if the database cannot be initialised.
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
  if (program.kind === 'command')
    return startChild({ ...base, file: program.file, cwd: program.directory, args });
  if (program.kind !== 'postgres') throw new Error(`${spec.name} is no program of this machine`);
  const { server, cluster, uid } = await initialisePostgres({
    data,
    temporary: temporaryDirectory(owner),
    user: program.user,
    password: secret,
    log,
    env: base.env,
    signal,
  });
  return startChild({
    ...base,
    file: server,
    // No socket file and no fsync: the data is discarded after the run.
    args: ['-D', cluster, '-p', String(port), '-h', '127.0.0.1', '-k', '', '-F', ...args],
    cwd: data,
    ...(uid === undefined ? {} : { uid }),
  });
}
