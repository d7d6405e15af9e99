import type { ImageFacts } from '../../component.ts';
import type { PreparedComponent } from '../runtime.ts';

/** The command of a component's container. */
export interface Execution {
  /** Default: that of the image. */
  readonly entrypoint?: readonly string[];
  /** None: those of the image, unless `entrypoint` is given. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Working directory, for relative paths in the arguments; default: the image's. */
  readonly workdir?: string;
  /** Default: the image's. */
  readonly user?: string;
}

/** @param secret the run's password. */
export function executionOf({ spec, args, env }: PreparedComponent, secret: string): Execution {
  const { program } = spec;
  if (program.kind === 'image') {
    const { entrypoint: own, user, directory } = program;
    return {
      ...{ args, env },
      ...(own ? { entrypoint: own } : {}),
      ...(directory === undefined ? {} : { workdir: directory }),
      ...(user === undefined ? {} : { user }),
    };
  }
  const { entrypoint, home } = imageFactsOf(spec);
  if (program.kind === 'binary') return { entrypoint, args, env, ...(spec.isRoot ? { user: '0:0' } : {}) };
  if (program.kind === 'node') {
    const imports = program.imports.flatMap((path) => ['--import', `./${path}`]);
    const own = { entrypoint, args: [...imports, program.entry, ...args], env };
    return home === undefined ? own : { ...own, workdir: home };
  }
  if (program.kind !== 'postgres') throw new Error(`${spec.name} is a program of the user's machine`);
  return {
    entrypoint,
    // No fsync: the data is discarded after the run.
    args: ['postgres', '-F', ...args],
    env: {
      POSTGRES_USER: program.user,
      POSTGRES_PASSWORD: secret,
      POSTGRES_DB: 'postgres',
      POSTGRES_INITDB_ARGS: '--encoding=UTF8 --locale=C --no-sync',
      ...env,
    },
  };
}

/** The path of a tool in a component's image: the component's program itself, or another program beside it. */
export function toolIn({ entrypoint }: ImageFacts, own: string | undefined, tool: string): string {
  const [program = ''] = entrypoint;
  return tool === own ? program : program.replace(/[^/]*$/, tool);
}

export function imageFactsOf({ name, image }: PreparedComponent['spec']): ImageFacts {
  if (!image) throw new Error(`${name} has no image description`);
  return image;
}
