import { z } from 'zod';
import type { Problem } from './errors.ts';
import { badInput } from './errors.ts';
import { readInput } from './input-problems.ts';
import type { Path, WhereOf } from './path.ts';
import type { Programs } from './programs.ts';
import type { RuntimeName } from './runtime.ts';
import { setsSchema } from './sets.ts';
import { nameHint } from './similar-names.ts';
import {
  type At,
  type ComposeServices,
  name,
  port,
  ready,
  resolveServices,
  type SystemService,
  service,
  urlPath,
} from './system-services.ts';

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

/** The way from a service or a Collector to another one, on which a fault can be put. */
const link = z.strictObject({
  from: name,
  /** Of a service: the variable of its environment that holds the address of the other one, e.g. `http://api:9000`. */
  variable: z.string().min(1).optional(),
  /** Of a Collector: the address in its file, e.g. `loki:3100`. */
  to: z
    .string()
    .regex(/^[a-z][a-z0-9-]*:\d+$/, { error: 'expected an address such as loki:3100' })
    .optional(),
  /** `http`: faults can hit single requests; TLS passes untouched. */
  protocol: z.enum(['http', 'tcp']).default('tcp'),
});

/** A program of the user in the place of the one that firedrill builds; its path, from the folder of the system's file. */
const program = z.strictObject({ binary: z.string().min(1) }).optional();

/** An image of the user in the place of the official one that firedrill pins, with the same paths in it. */
const image = z.string().min(1).optional();

/** A request of users. */
export const request = z.strictObject({
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
  /** A compose file with services of this system, from the folder of this file. */
  compose: z.string().min(1).optional(),
  services: z
    .record(name, service)
    .refine((services) => Object.keys(services).length > 0, { error: 'expected at least one service' }),
  /** The ways between services on which faults can be put, by name. */
  links: z.record(name, link).default({}),
  /** The user's own Collectors, by name. */
  collectors: z.record(name, collector).default({}),
  /** Folder with prometheus/ and alertmanager/, from the folder of this file. */
  monitoring: z.string().min(1).default('monitoring'),
  /**
   * `filled`: something, such as envsubst, puts values in the place of `${NAME}` before Alertmanager reads its file. Without
   * this, a name that Alertmanager would send as it is is refused.
   */
  placeholders: z.literal('filled').optional(),
  /** Programs of the monitoring of which the user has another version than firedrill. */
  versions: z
    .strictObject({
      prometheus: program,
      alertmanager: program,
      collector: program,
      loki: program,
      tempo: program,
      grafana: program,
    })
    .default({}),
  /** Images of the monitoring, where the system runs in containers. */
  images: z
    .strictObject({
      prometheus: image,
      alertmanager: image,
      collector: image,
      loki: image,
      tempo: image,
      grafana: image,
    })
    .default({}),
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
  /** Sets of scenarios that `firedrill gate` runs, by name. */
  sets: setsSchema.default({}),
});

type SystemFile = z.output<typeof systemSchema>;
/** A system as a user writes it, in firedrill.yaml or by `defineSystem`. Its paths are from the folder of its file. */
export type SystemInput = z.input<typeof systemSchema>;

/**
 * Types the system that a file `firedrill.ts` or `firedrill.config.ts` exports as its default. It is validated when the
 * file is read: `npx firedrill lint` tells every problem, with its path in the system.
 */
export const defineSystem = (system: SystemInput): SystemInput => system;

export type SystemCollector = SystemFile['collectors'][string];
export type SystemLink = SystemFile['links'][string];

/** A system under drill that a user describes in a file. */
export interface System extends Omit<SystemFile, 'services' | 'compose'> {
  readonly services: Readonly<Record<string, SystemService>>;
  /** Path of its file. */
  readonly file: string;
  /** Whether its monitoring has files of Grafana. */
  readonly hasGrafana: boolean;
  /** What a drill leaves out of the compose file. */
  readonly notes: readonly string[];
  /** Whether its monitoring has a file of Alertmanager. */
  readonly hasAlertmanager: boolean;
  /** The programs of `versions`, and those beside them that check their configuration. */
  readonly programs: Programs;
}

/** The names of the journeys of a system. */
export const journeysOf = ({ journeys, load }: Pick<System, 'journeys' | 'load'>): readonly string[] =>
  load?.journeys ?? Object.keys(journeys);

/** The one runtime that a system can run on. */
export const runtimeOf = ({ services }: Pick<System, 'services'>): RuntimeName =>
  Object.values(services).some(({ execution }) => execution.kind === 'image') ? 'docker' : 'process';

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

interface Address {
  /** `pod:port` */
  readonly address: string;
  readonly pod: string;
  /** The ports of the service or the Collector. */
  readonly ports: readonly number[];
  readonly listens: boolean;
}

/** The addresses of instances of services and of Collectors in a text, each with whether anything listens there. */
const addressesIn = (
  text: string,
  { services, collectors }: Pick<System, 'services' | 'collectors'>,
): Address[] =>
  [...text.matchAll(/(?<![\w.-])([a-z][a-z0-9-]*):(\d+)\b/g)].flatMap(([address, pod = '', port]) => {
    const [, base = '', number = '1'] = /^(.*?)(?:-(\d+))?$/.exec(pod) ?? [];
    const service =
      services[pod] ?? (Number(number) <= (services[base]?.instances ?? 0) ? services[base] : undefined);
    const { ports } = service ?? collectors[pod] ?? {};
    return ports ? [{ address, pod, ports, listens: ports.includes(Number(port)) }] : [];
  });

/** Where the back ends of telemetry take it. */
const backEnds = ['loki:3100', 'tempo:4317', 'tempo:4318', 'gateway:4317', 'prometheus:9090'];

/**
 * Returns the `service:port` (or `collector:port`, or that of a back end) to which a link leads. Returns `undefined` unless its
 * variable contains exactly one, or its Collector has a known one.
 */
export function linkTarget(
  system: Pick<System, 'services' | 'collectors'>,
  { from, variable = '', to = '' }: SystemLink,
): string | undefined {
  if (system.collectors[from] && backEnds.includes(to)) return to;
  const text = system.collectors[from] ? to : (system.services[from]?.env[variable] ?? '');
  const found = addressesIn(text, system).filter(({ listens }) => listens);
  return found.length === 1 ? found[0]?.address : undefined;
}

/**
 * Validates a system. Unknown keys are rejected.
 *
 * @param file its path.
 * @param compose the services of its compose file that it uses; absent: it names none.
 * @returns a system with Alertmanager, without Grafana, and without programs of the user for the monitoring.
 * @throws FiredrillError `bad-input` with every problem and its path.
 */
export function parseSystem(
  input: unknown,
  file: string,
  whereOf: WhereOf,
  compose?: ComposeServices,
): System {
  const read = readInput(systemSchema, input, whereOf);
  if ('problems' in read) throw badInput(...read.problems);
  const { compose: _, services: given, ...rest } = read.value;
  const { services, notes, ...found } = resolveServices(given, compose);
  const parts = { hasGrafana: false, hasAlertmanager: true, programs: {} };
  const system: System = { ...rest, ...parts, services, file, notes };
  const problems = [...found.problems, ...crossProblems(system)].map(
    ({ at, message, hint }): Problem => ({
      where: placeInCompose(at, given, compose) ?? whereOf(at),
      message,
      ...(hint ? { hint } : {}),
    }),
  );
  if (problems.length + found.composeProblems.length > 0)
    throw badInput(...problems, ...found.composeProblems);
  return system;
}

/** The location of a setting of a service that only the compose file gives; `undefined` for any other. */
function placeInCompose(
  [part, name = '', key = '', within = '']: Path,
  given: SystemFile['services'],
  compose: ComposeServices | undefined,
): string | undefined {
  const own = given[name];
  const from = compose?.get(own?.compose ?? '');
  if (part !== 'services' || !own || !from) return undefined;
  if (key === 'env' && own.env[within] === undefined) return from.whereOf(['environment', within]);
  const isProgram = key === 'command' || key === 'entrypoint';
  return isProgram && own[key] === undefined ? from.whereOf([key]) : undefined;
}

/** Contradictions between parts of a system. */
function crossProblems({ services, collectors, journeys, links, load, versions, images }: System): At[] {
  const onDocker = runtimeOf({ services }) === 'docker';
  const ofVersions = Object.keys(onDocker ? versions : {}).map(
    (component): At => ({
      at: ['versions', component, 'binary'],
      message: 'the services run in containers, and so does their monitoring',
      hint: 'leave it out, or name an image in `images`',
    }),
  );
  const ofImages = Object.keys(onDocker ? {} : images).map(
    (component): At => ({
      at: ['images', component],
      message: 'the services run on this machine, and so does their monitoring',
      hint: 'leave it out, or name a program in `versions`',
    }),
  );
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
      ...(key !== undefined && asked !== undefined && ports.length > 0 && !ports.includes(asked)
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
  const ofScrapes = Object.entries(services).flatMap(([own, { scrape, ports, telemetry }]): At[] =>
    scrape?.port === undefined || ports.includes(scrape.port) || telemetry === 'otlp'
      ? []
      : [
          {
            at: ['services', own, 'scrape', 'port'],
            message: `${scrape.port} is not one of its ports`,
            hint: 'name every port in `ports`',
          },
        ],
  );
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
  const ofCollectorLink = (at: Path, given: SystemLink): At[] => {
    const { from, variable, to } = given;
    if (variable !== undefined)
      return [
        {
          at: [...at, 'variable'],
          message: `${from} is a Collector`,
          hint: 'name the address of its file in `to`',
        },
      ];
    if (to === undefined)
      return [
        { at: [...at, 'to'], message: 'is missing; expected the address in the file of the Collector' },
      ];
    return linkTarget({ services, collectors }, given) === undefined
      ? [
          {
            at: [...at, 'to'],
            message: `nothing is known to listen on ${to}`,
            hint: `name a service or a Collector with its port, or one of ${backEnds.join(', ')}`,
          },
        ]
      : [];
  };
  const ofLinks = Object.entries(links).flatMap(([own, given]): At[] => {
    const at = ['links', own];
    const service = services[given.from];
    if (collectors[given.from]) return ofCollectorLink(at, given);
    if (!service)
      return unknown([...at, 'from'], 'service or Collector', given.from, { ...services, ...collectors });
    if (given.to !== undefined)
      return [
        {
          at: [...at, 'to'],
          message: 'a link of a service leads where its variable says',
          hint: 'leave it out',
        },
      ];
    if (given.variable === undefined)
      return [{ at: [...at, 'variable'], message: 'is missing; expected the variable with the address' }];
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
  const inLinks = (own: string, variable: string) =>
    Object.values(links).some((link) => link.from === own && link.variable === variable);
  const ofAddresses = Object.entries(services).flatMap(([own, { env, execution }]) => {
    const at = ['services', own];
    const entrypoint = execution.kind === 'image' ? execution.entrypoint : undefined;
    return [
      ...Object.entries(env)
        .filter(([variable]) => !inLinks(own, variable))
        .flatMap(([variable, text]) =>
          strayAddresses([...at, 'env', variable], text, { services, collectors }),
        ),
      ...Object.entries({
        command: execution.kind === 'postgres' ? undefined : execution.command,
        entrypoint,
      }).flatMap(([key, texts = []]) =>
        texts.flatMap((text, i) => strayAddresses([...at, key, i], text, { services, collectors })),
      ),
    ];
  });
  return [
    ...traffic,
    ...ofVersions,
    ...ofImages,
    ...ofParts,
    ...ofJourneys,
    ...ofScrapes,
    ...ofTelemetry,
    ...ofLinks,
    ...ofAddresses,
    ...circles(parts),
  ];
}

/** Addresses of services and Collectors at ports on which they do not listen. */
const strayAddresses = (at: Path, text: string, system: Pick<System, 'services' | 'collectors'>): At[] =>
  addressesIn(text, system)
    // A Collector beside a service has ports of its own.
    .filter(
      ({ listens, pod, ports }) => !listens && ports.length > 0 && system.services[pod]?.telemetry !== 'otlp',
    )
    .map(({ address, pod, ports }) => ({
      at,
      message: `nothing listens on ${address}; ${pod} has ${ports.join(', ')}`,
      hint: 'name every port in `ports`',
    }));

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
