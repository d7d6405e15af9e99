import { z } from 'zod';
import type { Problem } from './errors.ts';
import type { Path, WhereOf } from './path.ts';
import { nameHint } from './similar-names.ts';

/** The name of a part of a system. */
export const name = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, { error: 'expected a kebab-case name, such as web or order-api' });
export const port = z.int().min(1).max(65_535);
export const urlPath = z.string().regex(/^\//, { error: 'expected a path that begins with /' });

/** How a service tells that it is ready. `port`: default the first of its ports. */
export const ready = z.union([
  /** It answers 200 at this path. */
  z.strictObject({ http: urlPath, port: port.optional() }),
  /** It accepts connections. */
  z.strictObject({ tcp: port }),
  /** Its output contains this text. */
  z.strictObject({ log: z.string().min(1) }),
  /** This program with its arguments ends with exit code 0. It runs as the service does: directory, environment, addresses. */
  z.strictObject({ command: z.array(z.string().min(1)).min(1) }),
]);

/** The least that Docker takes as a limit, in bytes. */
const leastMemory = 6 * 1024 ** 2;

/** Bytes of a size as Docker writes it. */
export function bytesOf(size: string): number {
  const [, digits, unit = 'b'] = /^([\d.]+)([bkmg])/i.exec(size) ?? [];
  return Math.round(Number(digits) * 1024 ** 'bkmg'.indexOf(unit.toLowerCase()));
}

/** What a container may use at most. */
export const limits = z.strictObject({
  /** As Docker writes it: `256m`, `1.5g`. */
  memory: z
    .string()
    .regex(/^\d+(\.\d+)?[bkmg]b?$/i, { error: 'expected a size such as 256m or 1.5g' })
    .refine((size) => !(bytesOf(size) < leastMemory), { error: 'a container needs at least 6m' })
    .optional(),
  /** Number of processors; fractions are allowed. */
  cpus: z.number().min(0.01).optional(),
});

export const service = z.strictObject({
  /**
   * Program and arguments; of an image its arguments. `{host}` and `{port:8080}` become the address to listen on, here and
   * in `env`; `other:8080` becomes the address of another service.
   */
  command: z.array(z.string()).min(1).optional(),
  /** An image to run it from: it is taken from the Docker daemon, or pulled. */
  image: z.string().min(1).optional(),
  /** A service of the compose file, whose image and settings are used. What is given here comes first. */
  compose: z.string().min(1).optional(),
  /** A Postgres that firedrill has, on process and on docker, instead of a command or an image. */
  postgres: z
    .strictObject({
      /** Its superuser. */
      user: z
        .string()
        .regex(/^[a-z_][a-z0-9_]*$/, { error: 'expected a name in lower case' })
        .default('postgres'),
    })
    .optional(),
  /** Program that is started instead of the image's. */
  entrypoint: z.array(z.string()).min(1).optional(),
  /** Working directory: of a command from the folder of the system's file, default that folder; of an image in it. */
  directory: z.string().min(1).optional(),
  /** Ports that it listens on, as written in the configuration of the monitoring. */
  ports: z.array(port).min(1).optional(),
  env: z.record(z.string(), z.string()).default({}),
  /** Number of instances: the second one of `web` is `web-2`. */
  instances: z.int().min(1).max(20).default(1),
  /** Needed of every service but a Postgres. */
  ready: ready.optional(),
  /** Services and Collectors that must be ready before it starts. */
  after: z.array(name).default([]),
  /**
   * `otlp`: it sends OTLP to a Collector beside it, whose address it gets by the variables of OpenTelemetry's SDKs. `none`:
   * Prometheus scrapes the service itself, or nothing knows of it.
   */
  telemetry: z.enum(['otlp', 'none']).default('none'),
  /**
   * How Prometheus scrapes it in production, where that does not follow from names: service discovery of these jobs becomes
   * the instances of this service.
   */
  scrape: z
    .strictObject({
      /** Name of the job, or of the ServiceMonitor or PodMonitor; or several. */
      job: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).optional(),
      /** Port with the metrics. Default: that of its Collector, or the first of its ports. */
      port: port.optional(),
      /** Labels that its targets have in production, e.g. `namespace`. */
      labels: z.record(z.string().regex(/^[a-zA-Z_]\w*$/), z.string()).default({}),
    })
    .optional(),
  /** The one of `collectors` to which it sends OTLP, instead of a Collector beside each instance. */
  collector: name.optional(),
  /**
   * Log files that it writes, whose lines go to Loki: paths from its working directory, of an image in it. `*` stands for any
   * part of a name. `{data}` is a folder of the instance.
   */
  logs: z.array(z.string().min(1)).default([]),
  /** What each of its containers may use at most. */
  limits: limits.optional(),
});

type GivenService = z.output<typeof service>;

/** A file of this machine, and its path in the containers of a service. */
export interface MountedFile {
  readonly from: string;
  readonly to: string;
}

/** A service of a compose file, as far as a drill takes it. */
export interface ComposeService {
  readonly image?: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly user?: string;
  /** Working directory in the container. */
  readonly directory?: string;
  readonly env: Readonly<Record<string, string>>;
  /** Ports in the container. */
  readonly ports: readonly number[];
  /** Services of the compose file. */
  readonly dependsOn: readonly string[];
  readonly files: readonly MountedFile[];
  readonly limits?: NonNullable<GivenService['limits']>;
  /** Locations in the compose file, by the path in the service. */
  readonly whereOf: WhereOf;
  /** What the compose file asks for and a drill cannot do. */
  readonly problems: readonly Problem[];
  /** What a drill leaves out, with file and line. */
  readonly notes: readonly string[];
}

/** The services of a compose file by name. */
export type ComposeServices = ReadonlyMap<string, ComposeService>;

/** How a service is executed: a program of this machine, or a container. */
export type Execution =
  | { readonly kind: 'postgres'; readonly user: string }
  | { readonly kind: 'command'; readonly command: readonly string[]; readonly directory: string }
  | {
      readonly kind: 'image';
      readonly image: string;
      /** Default: that of the image. */
      readonly entrypoint?: readonly string[];
      /** Default: that of the image, unless `entrypoint` is given. */
      readonly command?: readonly string[];
      readonly user?: string;
      readonly directory?: string;
      readonly files: readonly MountedFile[];
      /** The name of its service in a compose file, by which other services may know it. */
      readonly alias?: string;
    };

/** A service with all that its compose service says. */
export interface SystemService
  extends Pick<
    GivenService,
    'env' | 'instances' | 'after' | 'telemetry' | 'collector' | 'logs' | 'limits' | 'scrape'
  > {
  readonly ports: readonly number[];
  readonly ready: NonNullable<GivenService['ready']>;
  readonly execution: Execution;
}

/** A problem of a service; `at` is its path in firedrill.yaml. */
export interface At extends Omit<Problem, 'where'> {
  readonly at: Path;
}

export interface ResolvedServices {
  readonly services: Readonly<Record<string, SystemService>>;
  readonly problems: readonly At[];
  /** Problems in the compose file. */
  readonly composeProblems: readonly Problem[];
  readonly notes: readonly string[];
}

/**
 * Decides how each service is executed.
 *
 * @param compose absent: the system names no compose file.
 */
export function resolveServices(
  given: Readonly<Record<string, GivenService>>,
  compose: ComposeServices | undefined,
): ResolvedServices {
  const names = Object.keys(given);
  const all = names.map((name) => {
    const own = given[name] as GivenService;
    const from = own.compose === undefined ? undefined : compose?.get(own.compose);
    return { name, own, from, service: resolved(own, from, given) };
  });
  const isInContainer = all.some(({ own }) => own.image !== undefined || own.compose !== undefined);
  return {
    services: Object.fromEntries(all.map(({ name, service }) => [name, service])),
    problems: all.flatMap(({ name, own, from, service }) => [
      ...executionProblems(name, own, isInContainer),
      ...composeProblems(name, own, compose),
      ...logProblems(name, own),
      ...(service.ports.length === 0 && (own.compose === undefined || from)
        ? [{ at: ['services', name, 'ports'], message: 'is missing; expected the ports on which it listens' }]
        : []),
    ]),
    composeProblems: all.flatMap(({ own, from }) => [
      ...(from?.problems ?? []),
      ...(from && from.image === undefined && own.image === undefined && from.problems.length === 0
        ? [{ where: from.whereOf([]), message: 'has no image' }]
        : []),
    ]),
    notes: all.flatMap(({ name, from }) => [
      ...(from?.notes ?? []),
      ...(from?.dependsOn ?? [])
        .filter((other) => !Object.values(given).some(({ compose: taken }) => taken === other))
        .map(
          (other) =>
            `${from?.whereOf(['depends_on'])}: ${name} is started without ${other}, which is no service here`,
        ),
    ]),
  };
}

function resolved(
  own: GivenService,
  from: ComposeService | undefined,
  all: Readonly<Record<string, GivenService>>,
): SystemService {
  const { env, instances, telemetry, collector, scrape, logs, limits = from?.limits } = own;
  const needed = Object.entries(all)
    .filter(([, { compose }]) => compose !== undefined && from?.dependsOn.includes(compose))
    .map(([name]) => name);
  return {
    env: { ...from?.env, ...env },
    instances,
    ready: own.ready ?? postgresReady,
    telemetry,
    logs,
    ...(limits === undefined ? {} : { limits }),
    ...(collector === undefined ? {} : { collector }),
    ...(scrape ? { scrape } : {}),
    after: [...new Set([...own.after, ...needed])],
    ports: own.ports ?? from?.ports ?? (own.postgres ? [5432] : []),
    execution: executionOf(own, from),
  };
}

/** It accepts connections some time before it answers queries; this line marks the latter. */
const postgresReady = { log: 'database system is ready to accept connections' };

function executionOf(own: GivenService, from: ComposeService | undefined): Execution {
  if (own.postgres) return { kind: 'postgres', user: own.postgres.user };
  const image = own.image ?? from?.image;
  if (image === undefined)
    return { kind: 'command', command: own.command ?? [], directory: own.directory ?? '.' };
  const entrypoint = own.entrypoint ?? from?.entrypoint;
  const command = own.command ?? from?.command;
  const directory = own.directory ?? from?.directory;
  return {
    kind: 'image',
    image,
    ...(entrypoint ? { entrypoint } : {}),
    ...(command ? { command } : {}),
    ...(directory === undefined ? {} : { directory }),
    ...(from?.user === undefined ? {} : { user: from.user }),
    files: from?.files ?? [],
    ...(own.compose === undefined ? {} : { alias: own.compose }),
  };
}

/** @param isInContainer whether a service of the system runs in containers. */
function executionProblems(name: string, own: GivenService, isInContainer: boolean): At[] {
  const at = ['services', name];
  const { command, image, compose, entrypoint, directory, limits } = own;
  if (own.postgres) return postgresProblems(name, own);
  const isContainer = image !== undefined || compose !== undefined;
  const problems: At[] = own.ready
    ? []
    : [{ at: [...at, 'ready'], message: 'is missing; expected how it tells that it is ready' }];
  if (!isContainer && command === undefined)
    return [
      ...problems,
      { at, message: 'expected `command`, `image`, `compose` or `postgres`: what runs it' },
    ];
  if (image !== undefined && compose !== undefined)
    return [{ at, message: 'has an image and a service of the compose file; leave one of the two out' }];
  if (!isContainer && isInContainer)
    problems.push({
      at: [...at, 'command'],
      message: 'is a program of this machine, and other services of this system run in containers',
      hint: 'give it an image too: all services of a system run on one runtime',
    });
  if (!isContainer && entrypoint)
    problems.push({
      at: [...at, 'entrypoint'],
      message: 'only an image has one; name the program in `command`',
    });
  if (!isContainer && limits)
    problems.push({
      at: [...at, 'limits'],
      message: 'nothing would hold a program of this machine to them',
      hint: 'run the service from an image, or leave them out',
    });
  if (isContainer && directory !== undefined && !directory.startsWith('/'))
    problems.push({ at: [...at, 'directory'], message: 'expected a path in the image, which begins with /' });
  return problems;
}

/** What a Postgres has of its own, and nobody can change. */
function postgresProblems(name: string, own: GivenService): At[] {
  const { command, image, compose, entrypoint, directory, ports, ready, limits, collector, scrape } = own;
  const given = {
    ...{ command, image, compose, entrypoint, directory, ports, ready, limits, collector, scrape },
  };
  const named = [
    ...Object.entries(given).flatMap(([key, value]) => (value === undefined ? [] : [key])),
    ...(own.instances > 1 ? ['instances'] : []),
    ...(own.telemetry === 'none' ? [] : ['telemetry']),
    ...(own.logs.length > 0 ? ['logs'] : []),
    ...(Object.keys(own.env).length > 0 ? ['env'] : []),
  ];
  return named.map((key) => ({
    at: ['services', name, key],
    message: 'a Postgres of firedrill has its own',
    hint: 'leave it out, or run a Postgres of yours by a command or from an image',
  }));
}

/** Log files that cannot be tailed, or of which nobody could tell whose lines they have. */
function logProblems(name: string, { image, compose, instances, logs }: GivenService): At[] {
  const isContainer = image !== undefined || compose !== undefined;
  return logs.flatMap((path, i): At[] => {
    const at = ['services', name, 'logs', i];
    if (isContainer && !/^\/[^/]+\/./.test(path))
      return [{ at, message: 'expected a path in the image, in a folder, such as /var/log/app.log' }];
    if (!isContainer && instances > 1 && !path.startsWith('{data}/'))
      return [
        {
          at,
          message: `${instances} instances would write to it`,
          hint: 'have each write to a folder of its own: {data}/app.log, here and in `command` or `env`',
        },
      ];
    return [];
  });
}

function composeProblems(
  name: string,
  { compose: wanted }: GivenService,
  compose: ComposeServices | undefined,
): At[] {
  const at = ['services', name, 'compose'];
  if (wanted === undefined) return [];
  if (!compose)
    return [{ at, message: 'no compose file is named', hint: 'name it at the top: compose: compose.yaml' }];
  if (compose.has(wanted)) return [];
  const message = `the compose file has no service ${wanted}`;
  return [{ at, message, hint: nameHint(wanted, [...compose.keys()]) }];
}
