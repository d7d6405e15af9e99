import { z } from 'zod';
import type { Problem } from './errors.ts';
import { badInput } from './errors.ts';
import { readInput } from './input-problems.ts';
import type { Path, WhereOf } from './path.ts';
import { nameHint } from './similar-names.ts';

const name = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, { error: 'expected a kebab-case name, such as web or order-api' });
const port = z.int().min(1).max(65_535);
const urlPath = z.string().regex(/^\//, { error: 'expected a path that begins with /' });

/** How a service tells that it is ready. `port`: default the first of its ports. */
const ready = z.union([
  /** It answers 200 at this path. */
  z.strictObject({ http: urlPath, port: port.optional() }),
  /** It accepts connections. */
  z.strictObject({ tcp: port }),
  /** Its output contains this text. */
  z.strictObject({ log: z.string().min(1) }),
]);

const service = z.strictObject({
  /**
   * Program and arguments. `{host}` and `{port:8080}` become the address to listen on, here and in `env`; `other:8080`
   * becomes the address of another service.
   */
  command: z.array(z.string()).min(1),
  /** Working directory, from the folder of the system's file. */
  directory: z.string().min(1).default('.'),
  /** Ports that it listens on, as written in the configuration of the monitoring. */
  ports: z.array(port).min(1),
  env: z.record(z.string(), z.string()).default({}),
  /** Number of instances: the second one of `web` is `web-2`. */
  instances: z.int().min(1).max(20).default(1),
  ready,
  /** Services and Collectors that must be ready before it starts. */
  after: z.array(name).default([]),
  /**
   * `otlp`: it sends OTLP to a Collector beside it, whose address it gets by the variables of OpenTelemetry's SDKs. `none`:
   * Prometheus scrapes the service itself, or nothing knows of it.
   */
  telemetry: z.enum(['otlp', 'none']).default('none'),
  /** The one of `collectors` to which it sends OTLP, instead of a Collector beside each instance. */
  collector: name.optional(),
});

/** A Collector of the user that stands by itself. */
const collector = z.strictObject({
  /** Its file, in the folder of the monitoring. */
  config: z.string().regex(/^collector\/[\w.-]+\.ya?ml$/, {
    error: 'expected a file in collector/ of the monitoring, e.g. collector/hub.yaml',
  }),
  /** Ports that it listens on, as its file says. */
  ports: z.array(port).min(1),
  /** Default: it accepts connections on the first of its ports. */
  ready: ready.optional(),
  /** Services and Collectors that must be ready before it starts. */
  after: z.array(name).default([]),
});

/** The way from a service to another one, on which a fault can be put. */
const link = z.strictObject({
  from: name,
  /** The variable of its environment that holds the address of the other service, e.g. `http://api:9000`. */
  variable: z.string().min(1),
  /** `http`: faults can hit single requests; TLS passes untouched. */
  protocol: z.enum(['http', 'tcp']).default('tcp'),
});

/** A request of users. */
const request = z.strictObject({
  service: name,
  /** Default: the first of the service's ports. */
  port: port.optional(),
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
  path: urlPath,
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().optional(),
});

export const systemSchema = z.strictObject({
  name,
  services: z
    .record(name, service)
    .refine((services) => Object.keys(services).length > 0, { error: 'expected at least one service' }),
  /** The ways between services on which faults can be put, by name. */
  links: z.record(name, link).default({}),
  /** The user's own Collectors, by name. */
  collectors: z.record(name, collector).default({}),
  /** Folder with prometheus/ and alertmanager/, from the folder of this file. */
  monitoring: z.string().min(1).default('monitoring'),
  /** Files that stand for the pages that runbook links lead to, so that a drill needs no access to them. */
  runbooks: z
    .strictObject({
      /** How these links begin, e.g. `https://wiki.example/runbooks/`. Other links are opened as they are. */
      links: z.url({ error: 'expected the beginning of the links, e.g. https://wiki.example/runbooks/' }),
      /** Folder of the pages, from the folder of this file: `…/team/name` is `team/name.md` in it. */
      folder: z.string().min(1),
    })
    .optional(),
  /** What users ask for: requests by the names of journeys, whose rates a scenario gives. None: the traffic comes from elsewhere. */
  journeys: z.record(name, request).default({}),
  /** A k6 script of the user, instead of `journeys`. */
  load: z
    .strictObject({
      /** From the folder of this file. */
      script: z.string().min(1),
      /** The names that the script gives to its requests. */
      journeys: z.array(name).min(1),
      /** The tag with these names. */
      tag: z.string().min(1).default('name'),
      /** Environment of the script. `service:port` becomes the address of a service. */
      env: z.record(z.string(), z.string()).default({}),
    })
    .optional(),
});

/** The names of the journeys of a system. */
export const journeysOf = ({ journeys, load }: Pick<SystemFile, 'journeys' | 'load'>): readonly string[] =>
  load?.journeys ?? Object.keys(journeys);

type SystemFile = z.output<typeof systemSchema>;
export type SystemService = SystemFile['services'][string];
export type SystemCollector = SystemFile['collectors'][string];
export type SystemLink = SystemFile['links'][string];

/** A system under drill that a user describes in a file. */
export interface System extends SystemFile {
  /** Path of its file. */
  readonly file: string;
  /** Whether its monitoring has files of Grafana. */
  readonly hasGrafana: boolean;
}

/** Names of the components that every stack has. */
const taken = [
  ...['prometheus', 'alertmanager', 'grafana', 'loki', 'tempo', 'gateway', 'localhost'],
  ...['toxiproxy', 'link-proxy'],
];

/** Ports of OTLP, as OpenTelemetry assigns them: by HTTP, and by gRPC. */
const otlpPorts = [4318, 4317];

/** The port at which a Collector takes OTLP, if it has one. */
export const otlpPortOf = ({ ports }: Pick<SystemCollector, 'ports'>): number | undefined =>
  otlpPorts.find((one) => ports.includes(one));

/** Returns the `service:port` (or `collector:port`) to which a link leads. Returns `undefined` unless its variable contains exactly one. */
export function linkTarget(
  { services, collectors }: Pick<SystemFile, 'services' | 'collectors'>,
  { from, variable }: SystemLink,
): string | undefined {
  const text = services[from]?.env[variable] ?? '';
  const found = [...text.matchAll(/(?<![\w.-])([a-z][a-z0-9-]*):(\d+)\b/g)].filter(([, pod = '', port]) => {
    const [, base = '', number = '1'] = /^(.*?)(?:-(\d+))?$/.exec(pod) ?? [];
    const service =
      services[pod] ?? (Number(number) <= (services[base]?.instances ?? 0) ? services[base] : undefined);
    return (service ?? collectors[pod])?.ports.includes(Number(port));
  });
  return found.length === 1 ? found[0]?.[0] : undefined;
}

/**
 * Validates a system. Unknown keys are rejected.
 *
 * @param file its path.
 * @returns a system without Grafana.
 * @throws FiredrillError `bad-input` with every problem and its path.
 */
export function parseSystem(input: unknown, file: string, whereOf: WhereOf): System {
  const read = readInput(systemSchema, input, whereOf);
  if ('problems' in read) throw badInput(...read.problems);
  const problems = crossProblems(read.value).map(
    ({ at, message, hint }): Problem => ({ where: whereOf(at), message, ...(hint ? { hint } : {}) }),
  );
  if (problems.length > 0) throw badInput(...problems);
  return { ...read.value, file, hasGrafana: false };
}

interface At extends Omit<Problem, 'where'> {
  readonly at: Path;
}

/** Contradictions between parts of a system. */
function crossProblems({ services, collectors, journeys, links, load }: SystemFile): At[] {
  const hasJourneys = Object.keys(journeys).length > 0;
  const traffic: At[] =
    hasJourneys && load
      ? [{ at: ['load'], message: 'the requests are those of `journeys`; leave one of the two out' }]
      : [];
  const parts = [
    ...Object.entries(services).map(([own, part]) => ({ at: ['services', own], own, part })),
    ...Object.entries(collectors).map(([own, part]) => ({ at: ['collectors', own], own, part })),
  ];
  const ofParts = parts.flatMap(({ at, own, part: { after, ports, ready: way } }): At[] => {
    const [key] = way && 'http' in way ? ['port'] : way && 'tcp' in way ? ['tcp'] : [undefined];
    const asked = way && 'http' in way ? way.port : way && 'tcp' in way ? way.tcp : undefined;
    const [, base = '', digits = ''] = /^(.*)-(\d+)$/.exec(own) ?? [];
    const isInstance = (services[base]?.instances ?? 0) >= Number(digits) && Number(digits) > 1;
    return [
      ...(taken.includes(own)
        ? [{ at, message: `${own} is the name of a component of the monitoring` }]
        : []),
      ...(isInstance ? [{ at, message: `this is also the name of an instance of ${base}` }] : []),
      ...(at[0] === 'collectors' && services[own]
        ? [{ at, message: 'this is also the name of a service' }]
        : []),
      ...after.flatMap((other, i) =>
        unknown([...at, 'after', i], 'service or Collector', other, { ...services, ...collectors }),
      ),
      ...(key !== undefined && asked !== undefined && !ports.includes(asked)
        ? [{ at: [...at, 'ready', key], message: `${asked} is not one of its ports` }]
        : []),
    ];
  });
  const ofJourneys = Object.entries(journeys).flatMap(([own, { service: called, port: asked }]): At[] => {
    const at = ['journeys', own];
    const ports = services[called]?.ports ?? [];
    return [
      ...unknown([...at, 'service'], 'service', called, services),
      ...(asked !== undefined && ports.length > 0 && !ports.includes(asked)
        ? [{ at: [...at, 'port'], message: `${asked} is not one of the ports of ${called}` }]
        : []),
    ];
  });
  const ofTelemetry = Object.entries(services).flatMap(([own, given]): At[] => {
    if (given.collector === undefined) return [];
    const at = ['services', own, 'collector'];
    const to = collectors[given.collector];
    if (!to) return unknown(at, 'Collector', given.collector, collectors);
    if (given.telemetry !== 'otlp')
      return [{ at, message: 'it sends nothing there without `telemetry: otlp`' }];
    return otlpPortOf(to) === undefined
      ? [
          {
            at,
            message: `${given.collector} has no port for OTLP`,
            hint: `add ${otlpPorts.join(' or ')} to its ports`,
          },
        ]
      : [];
  });
  const ofLinks = Object.entries(links).flatMap(([own, given]): At[] => {
    const at = ['links', own];
    const service = services[given.from];
    if (!service) return unknown([...at, 'from'], 'service', given.from, services);
    const variables = Object.keys(service.env);
    if (!variables.includes(given.variable)) {
      const message = `${given.from} has no variable ${given.variable}`;
      return [{ at: [...at, 'variable'], message, hint: nameHint(given.variable, variables) }];
    }
    return linkTarget({ services, collectors }, given) === undefined
      ? [
          {
            at: [...at, 'variable'],
            message: `${service.env[given.variable]} does not contain the address of one service`,
            hint: 'write it as service:port, with one of the ports of that service',
          },
        ]
      : [];
  });
  return [...traffic, ...ofParts, ...ofJourneys, ...ofTelemetry, ...ofLinks, ...circles(parts)];
}

const unknown = (at: Path, kind: string, called: string, known: Readonly<Record<string, unknown>>): At[] =>
  known[called]
    ? []
    : [{ at, message: `there is no ${kind} ${called}`, hint: nameHint(called, Object.keys(known)) }];

/** A service or a Collector. */
interface Part {
  readonly at: Path;
  readonly own: string;
  readonly part: Pick<SystemService, 'after'> & { readonly collector?: string | undefined };
}

/** Parts that wait for each other. */
function circles(parts: readonly Part[]): At[] {
  const afterOf = new Map(
    parts.map(({ own, part: { after, collector: to } }) => [own, to === undefined ? after : [...after, to]]),
  );
  const reaches = (from: string, to: string, seen: readonly string[] = []): boolean =>
    (afterOf.get(from) ?? []).some(
      (next) => next === to || (!seen.includes(next) && reaches(next, to, [...seen, next])),
    );
  const first = parts.find(({ own }) => reaches(own, own));
  return first ? [{ at: [...first.at, 'after'], message: 'it waits for what waits for it' }] : [];
}
