import { stringify } from 'yaml';
import { map, texts, type Yaml } from '../../configuration/files/yaml.ts';
import { routeOf } from '../../configuration/routes/route.ts';
import { parseDuration } from '../../core/duration.ts';
import { longestWindow } from '../../core/promql/longest-window.ts';
import { type ReceiverName, receiverKinds, receiverNames } from '../../core/receivers/receivers.ts';
import type { FoundAlert, Repository } from './repository.ts';

/** Images of components that a drill starts itself. An exporter is a part of the system, so it is not one of them. */
const monitoringImage =
  /^(?!.*exporter)(?:.*\/)?(?:(?:prom|grafana|otel|jaegertracing|opentelemetry)\/|(?:prometheus|alertmanager|grafana|loki|tempo|promtail)(?::|$))/;

const kebab = (text: string): string =>
  text
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[-0-9]+|-+$/g, '') || 'my-system';

const line = (key: string, value: unknown, indent = ''): string =>
  `${indent}${key}: ${stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trimEnd()}`;

type FoundService = Pick<Repository['services'][number], 'name' | 'ports' | 'dependsOn' | 'image' | 'env'>;

/** An image of Postgres, in whose place firedrill has its own. */
const postgresImage = /^(?:.*\/)?postgres(?::|$)/;

/** What makes a service send OTLP: settings of OpenTelemetry's SDKs, or its Java agent. */
const sendsOtlp = ({ env }: FoundService): boolean =>
  Object.keys(env).some((name) => /^OTEL_(?:EXPORTER_OTLP_|SERVICE_NAME$|RESOURCE_ATTRIBUTES$)/.test(name)) ||
  /opentelemetry-javaagent/.test(env.JAVA_TOOL_OPTIONS ?? '');

/**
 * The keys by which a service sends OTLP to a Collector of its own.
 *
 * @param env its other variables.
 * @param isComposed whether its environment is that of the compose file, which names the Collector of production.
 */
function telemetryLines(
  one: FoundService,
  env: Readonly<Record<string, string>>,
  isComposed: boolean,
): string[] {
  if (!sendsOtlp(one)) return Object.keys(env).length > 0 ? [line('env', env, '    ')] : [];
  const given = Object.entries(one.env).filter(([name]) =>
    /^OTEL_EXPORTER_OTLP_(?:\w+_)?ENDPOINT$/.test(name),
  );
  const atSidecar = given.map(([name, address]) => {
    const { port = '', pathname = '/' } = URL.parse(address) ?? {};
    return [name, `http://localhost:${port === '4317' ? port : '4318'}${pathname === '/' ? '' : pathname}`];
  });
  const { OTEL_RESOURCE_ATTRIBUTES: attributes } = one.env;
  const own = isComposed
    ? Object.fromEntries(atSidecar)
    : attributes === undefined
      ? {}
      : { OTEL_RESOURCE_ATTRIBUTES: attributes };
  const all = { ...env, ...own };
  return [
    '    # it sends OTLP: to a Collector beside it, or to one of `collectors`',
    line('telemetry', 'otlp', '    '),
    ...(Object.keys(all).length > 0 ? [line('env', all, '    ')] : []),
  ];
}

/** The services that a drill has to start: those of the compose files that do not monitor. */
const ownServices = ({ services }: Repository): Repository['services'] =>
  services.filter(({ image = '' }) => !monitoringImage.test(image));

/**
 * The text of a first firedrill.yaml.
 *
 * @param name of the repository's folder.
 * @param schema path of the JSON Schema for editors.
 */
export function systemText(name: string, found: Repository, schema: string): string {
  const own = ownServices(found);
  const services: readonly FoundService[] =
    own.length > 0 ? own : [{ name: 'web', ports: [], dependsOn: [], env: {} } satisfies FoundService];
  const names = new Set(services.map((one) => one.name));
  const [composeFile, ...otherFiles] = found.composeFiles;
  // All services of a system run on one runtime.
  const areImages =
    own.length > 0 && otherFiles.length === 0 && own.every(({ image }) => image !== undefined);
  const blocks = services.map((one) => {
    const { ports, image, dependsOn } = one;
    const port = ports[0] ?? 8080;
    if (areImages)
      return [
        `  ${kebab(one.name)}:`,
        line('compose', one.name, '    '),
        ...(ports.length === 0 ? ['    # TODO its port', line('ports', [port], '    ')] : []),
        '    # TODO or { http: /ready }, or { log: text in its output }',
        line('ready', { tcp: port }, '    '),
        ...telemetryLines(one, {}, true),
      ].join('\n');
    if (image !== undefined && postgresImage.test(image))
      return [
        `  ${kebab(one.name)}:`,
        `    # the Postgres of firedrill, in the place of ${image}: postgres://USER:{secret}@${kebab(one.name)}:5432/postgres`,
        line('postgres', { user: one.env.POSTGRES_USER ?? 'postgres' }, '    '),
      ].join('\n');
    const command = found.hasStart && services.length === 1 ? ['npm', 'start'] : ['TODO'];
    return [
      `  ${kebab(one.name)}:`,
      ...(image === undefined
        ? []
        : [
            `    # TODO it runs from the image ${image}, and another service has none: name programs, or an image for each`,
          ]),
      '    # TODO program and arguments. {host} and {port:…} become the address to listen on',
      line('command', command, '    '),
      ...(ports.length === 0 ? ['    # TODO its port'] : []),
      line('ports', ports.length > 0 ? ports : [port], '    '),
      ...telemetryLines(one, { HOST: '{host}', PORT: `{port:${port}}` }, false),
      '    # TODO or { http: /ready }, or { log: text in its output }',
      line('ready', { tcp: port }, '    '),
      ...(dependsOn.some((other) => names.has(other))
        ? [line('after', dependsOn.filter((other) => names.has(other)).map(kebab), '    ')]
        : []),
    ].join('\n');
  });
  const [first] = services;
  return [
    `# yaml-language-server: $schema=${schema}`,
    line('name', kebab(name)),
    ...(areImages ? [line('compose', composeFile)] : []),
    'services:',
    ...(found.composeFiles.length > 0 && !areImages ? [`  # from ${found.composeFiles.join(' and ')}`] : []),
    ...blocks,
    monitoringText(found),
    'journeys:',
    ...(found.k6Scripts.length > 0 ? [`  # TODO the requests of ${found.k6Scripts.join(' and ')}`] : []),
    '  # TODO what users ask for: a path, and if need be method, headers and body',
    `  home: { service: ${kebab(first?.name ?? 'web')}, path: / }`,
    '',
  ].join('\n');
}

function monitoringText({ monitoring, prometheusFiles, ruleFiles, alertmanagerFiles }: Repository): string {
  if (monitoring !== undefined) return line('monitoring', monitoring);
  const found = [...prometheusFiles, ...ruleFiles, ...alertmanagerFiles];
  return [
    '# TODO this folder must have prometheus/prometheus.yml, prometheus/rules/*.yml and alertmanager/alertmanager.yml',
    ...(found.length > 0 ? [`# found: ${[...new Set(found)].join(', ')}`] : []),
    'monitoring: monitoring',
  ].join('\n');
}

/** A first scenario for an alert, and the name of its file. */
export interface FirstScenario {
  readonly file: string;
  readonly text: string;
}

/** A scenario for each alert. Of several rules of one name, the first has one. */
export function scenarioTexts(found: Repository, schema: string): FirstScenario[] {
  const first = new Map<string, FoundAlert>();
  for (const one of found.alerts) {
    const name = String(one.rule.alert);
    if (!first.has(name)) first.set(name, one);
  }
  const [service] = ownServices(found);
  return [...first].map(([name, alert]) => ({
    file: `scenarios/${kebab(name)}.yaml`,
    text: scenarioText(name, alert, found, kebab(service?.name ?? 'web'), schema),
  }));
}

/** A scrape, or a probe of the blackbox exporter, that gets no answer. */
const noAnswer = /\b(?:up|probe_success)\b\s*(?:\{[^}]*\})?\s*==\s*0/;

function scenarioText(
  name: string,
  { file, rule }: FoundAlert,
  { alertmanager }: Repository,
  service: string,
  schema: string,
): string {
  const labels = Object.fromEntries(
    Object.entries(texts(rule.labels)).filter(([, value]) => !/\{\{|\$/.test(value)),
  );
  const receiver = receiverOf(alertmanager, { ...labels, alertname: name });
  const forMs = parseDuration(String(rule.for ?? '0s')) ?? 0;
  const windowMs = windowOf(String(rule.expr));
  const minutes = (ms: number) => `${Math.max(1, Math.ceil(ms / 60_000))}m`;
  const [down] = noAnswer.exec(String(rule.expr)) ?? [];
  const fault = down
    ? [
        '  kind: kill-instance',
        `  params: { pod: ${service} }`,
        '  # An instance that is killed answers nothing.',
        '  hits: { journey: home, status: [0] }',
        '  # TODO add the labels of this instance alone',
        line('telemetry', { signal: 'query', query: down }, '  '),
      ]
    : [
        '  # TODO what makes this true:',
        ...String(rule.expr)
          .trim()
          .split('\n')
          .map((one) => `  #   ${one.trim()}`),
        '  # faults: docs/your-system.md',
        '  kind: TODO',
        '  params: {}',
        '  # TODO which requests it hits',
        '  hits: { journey: home, status: [500, 502, 503, 504] }',
        '  # TODO the metric that shows it',
        line('telemetry', { signal: 'query', query: 'TODO' }, '  '),
      ];
  return [
    `# yaml-language-server: $schema=${schema}`,
    `# The alert is in ${file}.`,
    line('name', kebab(name)),
    line('title', `TODO what is broken when ${name} fires`),
    line('summary', `${name} must page ${receiver ?? 'TODO'}`),
    'load:',
    '  rates: { home: 5 } # requests per second',
    `  warmUp: ${minutes(Math.max(windowMs, 60_000))} # at least the longest window of the rule`,
    'quietFor: 1m',
    'fault:',
    ...fault,
    '  atLeast: 5',
    'expectations:',
    '  - kind: page',
    line('alert', name, '    '),
    ...(receiver === undefined ? ['    # TODO one of the receivers of docs/scenarios.md'] : []),
    line('receiver', receiver ?? 'TODO', '    '),
    `    # TODO how soon somebody must be paged: the window and \`for\` alone take ${minutes(windowMs + forMs)}`,
    `    within: ${minutes(windowMs + forMs + 2 * 60_000)}`,
    line('labels', labels, '    '),
    `    resolvedWithin: ${minutes(windowMs + 7 * 60_000)}`,
    'settleFor: 1m',
    '',
  ].join('\n');
}

function windowOf(expr: string): number {
  try {
    return longestWindow(expr);
  } catch {
    // It has placeholders of another tool, say.
    return 0;
  }
}

/** The kind of receiver to which an alert with these labels is routed, if a drill emulates it. */
function receiverOf(
  config: Yaml | undefined,
  labels: Readonly<Record<string, string>>,
): ReceiverName | undefined {
  if (!config) return undefined;
  try {
    const [taken] = routeOf(config, labels);
    const receivers = Array.isArray(config.receivers) ? config.receivers.map(map) : [];
    const keys = Object.keys(receivers.find(({ name }) => name === taken?.receiver) ?? {});
    return receiverNames.find(
      (kind) => receiverKinds[kind].alertmanager !== undefined && keys.includes(`${kind}_configs`),
    );
  } catch {
    return undefined;
  }
}
