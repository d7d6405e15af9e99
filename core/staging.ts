import { z } from 'zod';
import { parseDuration } from './duration.ts';
import { badInput, type Problem } from './errors.ts';
import { readInput } from './input-problems.ts';
import type { Path, WhereOf } from './path.ts';
import { receiverNames } from './receivers/receivers.ts';
import { setsSchema } from './sets.ts';
import { nameHint } from './similar-names.ts';
import { request } from './system.ts';
import { name } from './system-services.ts';

/** A secret, by where it is. Written into this file itself it has to say so. */
const secret = z
  .strictObject({
    /** A variable of the environment. */
    env: z.string().min(1).optional(),
    /** A file with nothing else in it, from the folder of this file. */
    file: z.string().min(1).optional(),
    /** The secret itself. */
    inline: z.string().min(1).optional(),
  })
  .refine((given) => Object.keys(given).length === 1, {
    error: 'expected one of env (a variable), file (a path) and inline (the secret itself)',
    when: ({ issues }) => issues.length === 0,
  });

const isPlainUrl = (text: string, schemes: RegExp): boolean => {
  const url = URL.parse(text);
  return (
    url !== null &&
    url.hostname !== '' &&
    schemes.test(url.protocol) &&
    url.username === '' &&
    url.password === '' &&
    url.search === '' &&
    url.hash === ''
  );
};

const url = z.string().refine((text) => isPlainUrl(text, /^https?:$/), {
  error:
    'expected an address such as https://prometheus.example.org/prom, without user, password and parameters',
});

/** Of a service: by HTTP, or by TCP such as that of a database. */
const serviceUrl = z.string().refine((text) => isPlainUrl(text, /^(https?|tcp):$/), {
  error: 'expected an address such as http://web.example.org:8080 or tcp://db.example.org:5432',
});

/** Headers whose value lets somebody in. */
const secretHeader = /auth|token|key|secret|cookie|password/i;

const header = z.union([z.string().min(1), secret]);
const headers = z.record(z.string(), header).superRefine((given, context) => {
  for (const [key, value] of Object.entries(given))
    if (typeof value === 'string' && secretHeader.test(key))
      context.addIssue({
        code: 'custom',
        path: [key],
        message: 'expected { env: NAME } or { file: PATH }: the value may be a secret',
      });
});

/** A component that runs already, and how firedrill identifies itself to it. */
const backEnd = z.strictObject({
  /** Its address, with the path below which its API is. */
  url,
  /** A token, sent as `Authorization: Bearer …`. */
  bearer: secret.optional(),
  basic: z.strictObject({ user: z.string().min(1), password: secret }).optional(),
  /** Further headers, e.g. `X-Scope-OrgID: team-a` for a tenant. */
  headers: headers.default({}),
  /** PEM files, from the folder of this file. */
  tls: z
    .strictObject({
      /** The authority of its certificate. Default: those that Node.js trusts. */
      ca: z.string().min(1).optional(),
      /** Our own certificate. */
      cert: z.string().min(1).optional(),
      key: z.string().min(1).optional(),
      /** The name in its certificate, if that is not the host of `url`. */
      name: z.string().min(1).optional(),
    })
    .refine(({ cert, key }) => (cert === undefined) === (key === undefined), {
      path: ['cert'],
      error: 'cert and key belong together',
    })
    .optional(),
});

const prometheus = backEnd.extend({
  /**
   * The prometheus.yml of what it stores, from the folder of this file: for a component that shows no configuration, such as
   * Mimir and Thanos.
   */
  config: z.string().min(1).optional(),
});

const grafana = backEnd.extend({
  /** Contact points to which a webhook is added for the time of a drill, so that their pages also arrive here. */
  copies: z
    .strictObject({
      /** Their names. */
      of: z
        .array(z.string().min(1))
        .min(1)
        .refine((names) => new Set(names).size === names.length, { error: 'expected each name once' }),
      /** The address of the emulated receivers as Grafana reaches it, e.g. `http://10.1.2.3:9199`. */
      to: url,
    })
    .optional(),
});

/** The address to which the copies of a contact point's pages are sent. */
export const copyUrl = (to: string, contactPoint: string): string =>
  `${to.replace(/\/+$/, '')}/webhook/${encodeURIComponent(contactPoint)}`;

const hostPattern = /^(\[[\da-f:.]+\]|[a-z\d]([a-z\d.-]*[a-z\d])?)(:\d{1,5})?$/i;
const host = z.string().regex(hostPattern, {
  error: 'expected a host, or a host and its port, e.g. prometheus.example.org or 10.1.2.3:9090',
});

const duration = z
  .string()
  .refine((text) => (parseDuration(text) ?? 0) > 0, { error: 'expected a duration such as 5s or 1m30s' });

export const stagingSchema = z.strictObject({
  name,
  /** Every host that may be called or loaded. A request to any other one is refused. */
  hosts: z.array(host).min(1),
  prometheus,
  alertmanager: backEnd.optional(),
  /** With its own alert rules, contact points and notification policy. */
  grafana: grafana.optional(),
  loki: backEnd.optional(),
  tempo: backEnd.optional(),
  /** Addresses of services by name and port: what `service:port` means in a fault, and where the load goes. */
  services: z
    .record(name, z.record(z.string().regex(/^\d{1,5}$/, { error: 'expected a port' }), serviceUrl))
    .default({}),
  /** What `{secret}` stands for in a fault. */
  secret: secret.optional(),
  /** The load that firedrill sends. Absent: the traffic is the one that is there. */
  load: z
    .strictObject({
      /** Most requests per second, of all journeys together and also while a fault multiplies them. */
      ceiling: z.number().positive().max(1_000),
      /** What users ask for: requests by the names of journeys, whose rates a scenario gives. */
      journeys: z.record(name, request),
    })
    .optional(),
  /** Ends the drill and reverts the fault as soon as this has a result. */
  abort: z
    .strictObject({
      /** PromQL, e.g. `slo:errors:ratio_rate5m > 0.2`. */
      query: z.string().min(1),
      every: duration.default('5s'),
    })
    .optional(),
  /** The emulated receivers, as `firedrill receivers` runs them. */
  receivers: z
    .strictObject({
      /** HOST:PORT to listen on. */
      listen: z.string().min(1).default('127.0.0.1:9199'),
      /** Folder with receivers/telegram.yml: whom they know. */
      config: z.string().min(1).optional(),
      /** Further hosts that lead to a receiver, e.g. `webhook: [alerts.example.org]`. */
      hosts: z.partialRecord(z.enum(receiverNames), z.array(z.string().min(1)).min(1)).default({}),
    })
    .prefault({}),
  /**
   * `received`: a page counts when it arrives at an emulated receiver. `until-notifier`: nothing may be rerouted; the way
   * is judged up to the notifier, and whether the page arrived is not known.
   */
  pages: z.enum(['received', 'until-notifier']).default('received'),
  /** Sets of scenarios that `firedrill gate --attach` runs, by name. */
  sets: setsSchema.default({}),
});

export type StagingFile = z.output<typeof stagingSchema>;
export type SecretPlace = z.output<typeof secret>;
export type BackEnd = z.output<typeof backEnd>;

/** The components of a staging that firedrill may read, by their names in a stack. */
export const backEndNames = ['prometheus', 'alertmanager', 'grafana', 'loki', 'tempo'] as const;
export type BackEndName = (typeof backEndNames)[number];

/** The components that a staging has, with their addresses. */
export const backEndsOf = (staging: StagingFile): [BackEndName, BackEnd][] =>
  backEndNames.flatMap((one): [BackEndName, BackEnd][] => {
    const backEnd = staging[one];
    return backEnd ? [[one, backEnd]] : [];
  });

/**
 * Validates the description of a staging. Unknown keys are rejected.
 *
 * @throws FiredrillError `bad-input` with every problem and its path, also addresses whose host is not on the list.
 */
export function parseStaging(input: unknown, whereOf: WhereOf): StagingFile {
  const read = readInput(stagingSchema, input, whereOf);
  if ('problems' in read) throw badInput(...read.problems);
  const staging = read.value;
  const problems = [
    ...addressesOf(staging).flatMap(([at, address]) => unlisted(at, address, staging.hosts, whereOf)),
    ...unknownServices(staging, whereOf),
    ...(staging.pages === 'until-notifier' && staging.grafana?.copies
      ? [
          {
            where: whereOf(['grafana', 'copies']),
            message: 'with pages: until-notifier nothing is rerouted, and no page is copied',
          },
        ]
      : []),
  ];
  if (problems.length > 0) throw badInput(...problems);
  return staging;
}

/** Every address that a drill may call. */
function addressesOf(staging: StagingFile): [Path, string][] {
  return [
    ...backEndsOf(staging).map(([one, { url: address }]): [Path, string] => [[one, 'url'], address]),
    ...Object.entries(staging.services).flatMap(([service, ports]) =>
      Object.entries(ports).map(([port, address]): [Path, string] => [['services', service, port], address]),
    ),
  ];
}

/** Whether a request may go to an address: its host, or its host and port, is on the list. */
export function isListed(address: string, hosts: readonly string[]): boolean {
  const found = URL.parse(address);
  if (!found) return false;
  const port = found.port || (found.protocol === 'https:' ? '443' : '80');
  return hosts
    .map((one) => one.toLowerCase())
    .some((one) => one === found.hostname || one === `${found.hostname}:${port}`);
}

function unlisted(at: Path, address: string, hosts: readonly string[], whereOf: WhereOf): Problem[] {
  if (isListed(address, hosts)) return [];
  const { hostname } = new URL(address);
  return [
    {
      where: whereOf(at),
      message: `the host ${hostname} is not on the list of hosts that may be called`,
      hint: `add it to \`hosts\` if it belongs to the staging; on the list are ${hosts.join(', ')}`,
    },
  ];
}

function unknownServices({ load, services }: StagingFile, whereOf: WhereOf): Problem[] {
  return Object.entries(load?.journeys ?? {}).flatMap(([journey, { service, port }]) => {
    const at = ['load', 'journeys', journey];
    const ports = services[service];
    if (!ports)
      return [
        {
          where: whereOf([...at, 'service']),
          message: `there is no service ${service}`,
          hint: nameHint(service, Object.keys(services)),
        },
      ];
    return port === undefined || String(port) in ports
      ? []
      : [
          {
            where: whereOf([...at, 'port']),
            message: `${service} has no port ${port}`,
            hint: nameHint(String(port), Object.keys(ports)),
          },
        ];
  });
}
