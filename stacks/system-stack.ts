import { dirname, posix, resolve } from 'node:path';
import { programOfComponent, versionedComponents } from '../core/programs.ts';
import { linkTarget, otlpPortOf, type System } from '../core/system.ts';
import { bytesOf, type SystemService } from '../core/system-services.ts';
import type {
  ComponentSpec,
  Program,
  Readiness,
  ResourceLimits,
  SharedFolder,
  StackSpec,
} from './component.ts';
import { alertmanager } from './components/alertmanager.ts';
import { ownCollector } from './components/collector.ts';
import { gateway } from './components/gateway.ts';
import { grafana } from './components/grafana.ts';
import {
  entryOf,
  linkProxies,
  type PlacedLink,
  placedLinks,
  proxiesOf,
  toxiproxyFile,
} from './components/link-proxy.ts';
import { logTail, logTailOf } from './components/log-tail.ts';
import { loki } from './components/loki.ts';
import { postgres } from './components/postgres.ts';
import { type PrometheusFlags, prometheus } from './components/prometheus.ts';
import { sidecar } from './components/sidecar.ts';
import { tempo } from './components/tempo.ts';

/** The folder of a system's monitoring. */
export const monitoringOf = ({ file, monitoring }: Pick<System, 'file' | 'monitoring'>): string =>
  resolve(dirname(file), monitoring);

/** The pods of a service, one for each instance. */
export const podsOf = (service: string, { instances }: Pick<SystemService, 'instances'>): string[] =>
  Array.from({ length: instances }, (_, i) => (i === 0 ? service : `${service}-${i + 1}`));

/** A system of a user, with the parts of the monitoring of which it has files. */
export function systemStack(system: System, flags: PrometheusFlags): StackSpec {
  const links = placedLinks(system.links, (link) => linkTarget(system, link) ?? '');
  return {
    name: system.hasGrafana ? 'full' : 'metrics',
    topology: 'sidecar',
    // Collectors, settings of OpenTelemetry's SDKs, Loki and Tempo, unless the user's folder has others.
    config: Object.values(system.services).some(({ logs }) => logs.length > 0) ? ['config-log-files'] : [],
    configParts: { folder: system.hasGrafana ? 'config-full' : 'config', only: backEnds },
    ...(links.length > 0 ? { made: { 'toxiproxy/proxies.json': toxiproxyFile(links) } } : {}),
    links: links.map(({ name }) => name),
    programs: system.programs,
    components: componentsOf(system, links, flags).map((spec) => withChosenImage(spec, system.images)),
  };
}

/** A component with the image that the user chose for it. */
function withChosenImage(spec: ComponentSpec, images: System['images']): ComponentSpec {
  const { program, image } = spec;
  const part = versionedComponents.find(
    (one) => program.kind === 'binary' && programOfComponent[one] === program.binary,
  );
  const reference = part && images[part];
  return image && reference !== undefined
    ? { ...spec, image: { ...image, reference, isChosen: true } }
    : spec;
}

/** Folders of the project's configuration that are not about the shop. */
const backEnds = ['app', 'collector', 'loki', 'tempo', 'receivers'];

const hasCollector = ({ collectors, services }: System): boolean =>
  Object.keys(collectors).length > 0 || Object.values(services).some(({ telemetry }) => telemetry === 'otlp');

const componentsOf = (
  system: System,
  links: readonly PlacedLink[],
  flags: PrometheusFlags,
): ComponentSpec[] => [
  // Stopped in reverse order: senders of telemetry before its receivers.
  ...(system.hasGrafana ? [loki, tempo] : []),
  // Exporters of Collectors that send metrics elsewhere in production write them to this Prometheus.
  prometheus({ ...flags, receivesWrites: flags.receivesWrites || hasCollector(system) }),
  ...(system.hasAlertmanager ? [alertmanager()] : []),
  ...(system.hasGrafana ? [gateway('sidecar')] : []),
  ...Object.entries(system.collectors).map(([name, { config, ports, ready, after }]) => {
    const own = links.filter(({ from }) => from === name);
    return ownCollector(name, {
      config,
      ports,
      ready: readinessOf(ready ?? { tcp: ports[0] ?? 0 }, ports),
      redirects: Object.fromEntries(own.map((link) => [link.to, entryOf(link)])),
      after: [...new Set([...needed(system, after), ...own.flatMap(proxiesOf)])],
    });
  }),
  ...Object.entries(system.services).flatMap(([name, service]) =>
    service.telemetry === 'otlp' && service.collector === undefined ? podsOf(name, service).map(sidecar) : [],
  ),
  ...Object.entries(system.services).flatMap(([name, service]) =>
    service.logs.length > 0
      ? podsOf(name, service).map((pod, i) =>
          logTail({
            ...{ service: name, pod, instance: instanceName(name, i + 1) },
            files: logFilesOf(system, service, pod),
            shared: logFoldersOf(service, pod),
          }),
        )
      : [],
  ),
  ...(system.hasGrafana ? [grafana] : []),
  ...linkProxies(links),
  ...Object.entries(system.services).flatMap(([name, service]) => {
    const own = links.filter(({ from }) => from === name);
    const env = Object.fromEntries(
      Object.entries(service.env).map(([variable, text]) => {
        const link = own.find((one) => one.variable === variable);
        return [variable, link ? text.replace(link.to, entryOf(link)) : text];
      }),
    );
    const proxies = own.flatMap(proxiesOf);
    const linked = { ...service, env };
    return podsOf(name, service).map((pod, i) => {
      const spec = instanceOf(system, name, linked, pod, i + 1);
      return { ...spec, after: [...spec.after, ...new Set(proxies)] };
    });
  }),
];

/** The components of these services and Collectors. */
const needed = ({ services, collectors }: System, after: readonly string[]): string[] =>
  after.flatMap((other) => {
    const service = services[other];
    return service ? podsOf(other, service) : collectors[other] ? [other] : [];
  });

const attributes = 'OTEL_RESOURCE_ATTRIBUTES';

/** The name of an instance in telemetry. */
export const instanceName = (service: string, number: number) => `${service}-${number}`;

/** The log files of an instance, as it knows them. */
export function logFilesOf(
  { file }: Pick<System, 'file'>,
  { execution, logs }: Pick<SystemService, 'execution' | 'logs'>,
  pod: string,
): string[] {
  if (execution.kind !== 'command') return [...logs];
  const directory = resolve(dirname(file), execution.directory);
  return logs.map((path) =>
    path.startsWith('{data}/') ? path.replace('{data}', `{data:${pod}}`) : resolve(directory, path),
  );
}

/** The folders in a container to which an instance writes log files. */
const logFoldersOf = (
  { execution, logs }: Pick<SystemService, 'execution' | 'logs'>,
  pod: string,
): SharedFolder[] =>
  execution.kind === 'image'
    ? [...new Set(logs.map((path) => posix.dirname(path)))].map((path, i) => ({
        name: `${pod}-logs-${i + 1}`,
        path,
      }))
    : [];

function instanceOf(
  system: System,
  name: string,
  service: SystemService,
  pod: string,
  number: number,
): ComponentSpec {
  const { execution, ports, env, ready, after, telemetry, collector, scrape, logs, limits } = service;
  const otlp = telemetry === 'otlp';
  const given = env[attributes] === undefined ? [] : [env[attributes]];
  if (execution.kind === 'postgres')
    return {
      ...postgres,
      ...{ name: pod, pod },
      program: { kind: 'postgres', user: execution.user },
      after: needed(system, after),
    };
  return {
    name: pod,
    pod,
    ...programOf(execution, system),
    // Of several instances, the first one has the name of the service.
    ...(execution.kind === 'image' && number === 1 && execution.alias !== undefined
      ? { alias: execution.alias }
      : {}),
    env: {
      ...(otlp ? { OTEL_SERVICE_NAME: name } : {}),
      ...(collector === undefined ? {} : otlpTo(system, collector)),
      ...env,
      ...(otlp
        ? { [attributes]: [`service.instance.id=${instanceName(name, number)}`, ...given].join() }
        : {}),
    },
    ports,
    ...(scrape ? { scrape: scrapeOf(scrape) } : {}),
    ...(otlp ? { config: 'app' } : {}),
    ready: readinessOf(ready, ports),
    ...(limits ? { limits: limitsOf(limits) } : {}),
    shared: logFoldersOf(service, pod),
    after: [
      ...needed(system, after),
      ...(otlp ? [collector ?? `${pod}-sidecar`] : []),
      ...(logs.length > 0 ? [logTailOf(pod)] : []),
    ],
  };
}

const limitsOf = ({ memory, cpus }: NonNullable<SystemService['limits']>): ResourceLimits => ({
  ...(memory === undefined ? {} : { memoryMiB: bytesOf(memory) / 1024 ** 2 }),
  ...(cpus === undefined ? {} : { cpus }),
});

const scrapeOf = ({ job = [], port, labels }: NonNullable<SystemService['scrape']>) => ({
  jobs: [job].flat(),
  ...(port === undefined ? {} : { port }),
  labels,
});

/** Where a service sends OTLP, for OpenTelemetry's SDKs. */
function otlpTo({ collectors }: System, collector: string): Record<string, string> {
  const port = otlpPortOf(collectors[collector] ?? { ports: [] });
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://${collector}:${port}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: port === 4317 ? 'grpc' : 'http/protobuf',
  };
}

function programOf(
  execution: Exclude<SystemService['execution'], { kind: 'postgres' }>,
  { file }: System,
): { readonly program: Program; readonly args: readonly string[] } {
  if (execution.kind === 'command') {
    const [program = '', ...args] = execution.command;
    const directory = resolve(dirname(file), execution.directory);
    return { program: { kind: 'command', file: program, directory }, args };
  }
  const { kind, image, command = [], alias: _, ...rest } = execution;
  return { program: { kind, reference: image, ...rest }, args: command };
}

function readinessOf(ready: SystemService['ready'], ports: readonly number[]): Readiness {
  const [first = 0] = ports;
  if ('http' in ready) return { kind: 'http', port: ready.port ?? first, path: ready.http };
  if ('tcp' in ready) return { kind: 'tcp', port: ready.tcp };
  if ('command' in ready) return { kind: 'command', port: first, command: ready.command };
  return { kind: 'log', port: first, line: ready.log };
}
