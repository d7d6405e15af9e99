import { type Document, stringify } from 'yaml';
import type { Path } from '../../core/path.ts';
import {
  builtComponents,
  type CollectorComponents,
  collectorParts,
  knownComponents,
} from '../files/collector-components.ts';
import { orEmpty } from '../files/parse-yaml.ts';
import type { Place } from '../files/place.ts';
import { eachValue } from '../files/walk-yaml.ts';
import { list, map, text, type Yaml } from '../files/yaml.ts';
import type { Adopting } from './adopting.ts';
import { madeUpWord } from './made-up.ts';
import { entriesOf, resourcesIn } from './manifests.ts';
import { titleOf } from './only-resource.ts';
import type { KnownComponent } from './scraped-services.ts';
import { nameOf } from './unpack.ts';

/** What the files of Collectors can name in a drill. */
export interface CollectorStack {
  /** Pods of the stack, to which exporters may send. */
  readonly pods: ReadonlySet<string>;
  /** Components of the Collector that is run. */
  readonly components: CollectorComponents;
}

/** @param components of the stack. Default: its back ends. */
export function collectorStack(
  components: readonly KnownComponent[],
  hasOwnCollector: boolean,
): CollectorStack {
  const pods = components.flatMap(({ pod }) => (pod === undefined ? [] : [pod]));
  return {
    pods: new Set(pods.length > 0 ? pods : ['prometheus', 'loki', 'tempo', 'gateway']),
    components: hasOwnCollector ? knownComponents : builtComponents,
  };
}

/**
 * Makes of the files of Collectors such as a drill can use: what the Collector has not is taken out of the pipelines, and
 * exporters that send elsewhere are led to the drill's back end of the same signal, or to a sink that counts.
 */
export function adoptCollectors(adopting: Adopting, stack: CollectorStack): void {
  for (const path of adopting.pathsIn('collector')) {
    if (!/\.ya?ml$/.test(path)) continue;
    openManifest(adopting, path);
    adopting.change(path, (document, place) => {
      const context: Context = { adopting, document, place, stack };
      rename(context);
      takeOut(context);
      listen(context);
      leadExporters(context);
      wire(context);
      leaveOutOwnTelemetry(context);
      fillIn(context);
      if (/\/(?:sidecar|gateway)\.ya?ml$/.test(path)) tellReadiness(context);
    });
  }
}

interface Context {
  readonly adopting: Adopting;
  readonly document: Document;
  readonly place: Place;
  readonly stack: CollectorStack;
}

const contentOf = ({ document }: Context): Yaml => map(document.toJS());

const kindOf = (id: string): string => id.split('/')[0] ?? '';

/** The file in a ConfigMap or in the operator's OpenTelemetryCollector. */
function openManifest(adopting: Adopting, path: string): void {
  const { file } = adopting.place(path);
  const found = resourcesIn(file, adopting.texts.get(path) ?? '').flatMap((resource) => {
    const { config } = map(resource.content.spec);
    const at = [...resource.written.path, 'spec', 'config'];
    const own =
      resource.kind === 'OpenTelemetryCollector' && typeof config === 'object'
        ? [{ content: stringify(config, { lineWidth: 0 }), written: { ...resource.written, path: at } }]
        : entriesOf(resource).filter(({ content }) => orEmpty(content).service !== undefined);
    return own.map((one) => ({ ...one, resource }));
  });
  const [first, ...others] = found;
  if (!first) return;
  for (const { resource, content } of others)
    if (content !== first.content)
      adopting.refuse(
        nameOf(adopting, resource.written),
        `${titleOf(resource)} and ${titleOf(first.resource)} both hold a configuration of a Collector, and a file is that of one`,
        'keep the one of this Collector in the file',
      );
  adopting.put(path, first.content, file, [{ ...first.written, at: [] }]);
  adopting.list(adopting.place(path), {
    what: `the configuration in the resource ${first.resource.kind} is read`,
    why: 'a Collector does not read the resource itself',
  });
}

/** Newer Collectors write `span_metrics` for what older ones call `spanmetrics`. */
function rename({ adopting, document, place, stack }: Context): void {
  for (const part of collectorParts) {
    for (const id of Object.keys(map(map(document.toJS())[part]))) {
      const older = kindOf(id).replaceAll('_', '');
      const known = stack.components[part];
      if (known.includes(kindOf(id)) || !known.includes(older)) continue;
      const to = older + id.slice(kindOf(id).length);
      document.setIn([part, to], document.getIn([part, id]));
      document.deleteIn([part, id]);
      const { pipelines, extensions } = map(map(document.toJS()).service);
      for (const [pipeline, parts] of Object.entries(map(pipelines)))
        for (const [key, own] of Object.entries(map(parts)))
          if (list(own).includes(id))
            document.setIn(
              ['service', 'pipelines', pipeline, key],
              document.createNode(list(own).map((one) => (one === id ? to : one))),
            );
      if (list(extensions).includes(id))
        document.setIn(
          ['service', 'extensions'],
          document.createNode(list(extensions).map((one) => (one === id ? to : one))),
        );
      adopting.list(place.to(part, id), {
        what: `called ${to}`,
        why: 'the Collector of the drill knows it by that name',
      });
    }
  }
}

/** Components that the Collector of the drill has not. */
function takeOut({ adopting, document, place, stack }: Context): void {
  const content = map(document.toJS());
  for (const part of collectorParts) {
    for (const id of Object.keys(map(content[part]))) {
      // What exporters of other kinds send is led to the drill's own.
      if (part === 'exporters' || stack.components[part].includes(kindOf(id))) continue;
      document.deleteIn([part, id]);
      adopting.list(place.to(part, id), {
        what: part === 'extensions' ? 'left out' : 'taken out of the pipelines',
        why: `the Collector of the drill has no ${kindOf(id)}${part === 'processors' ? '; what it adds, such as labels, is missing' : ''}`,
      });
    }
  }
  const extensions = Object.keys(map(map(document.toJS()).extensions));
  for (const { at, key, value } of eachValue(document.toJS())) {
    const isReference =
      (key === 'authenticator' && at.at(-2) === 'auth') || ['storage', 'encoding'].includes(key);
    if (!isReference || typeof value !== 'string' || !content.extensions || extensions.includes(value))
      continue;
    if (!(value in map(content.extensions))) continue;
    document.deleteIn(key === 'authenticator' ? at.slice(0, -1) : at);
  }
}

/** Default ports of the OTLP receiver: https://github.com/open-telemetry/opentelemetry-collector/tree/main/receiver/otlpreceiver */
const otlpPorts: Readonly<Record<string, number>> = { grpc: 4317, http: 4318 };

const variable = /(?<!\$)\$\{(?:env:)?[A-Za-z_]\w*(?::-([^{}]*))?\}|(?<!\$)\$[A-Za-z_]\w*/g;

/** Everything listens on all addresses of its pod, without production's certificates. */
function listen(context: Context): void {
  const { adopting, document, place } = context;
  for (const [id, receiver] of Object.entries(map(contentOf(context).receivers))) {
    if (kindOf(id) !== 'otlp') continue;
    for (const [protocol, settings] of Object.entries(map(map(receiver).protocols))) {
      const at = ['receivers', id, 'protocols', protocol];
      const { endpoint } = map(settings);
      const listening = listensOn(endpoint, otlpPorts[protocol]);
      if (listening !== undefined && listening !== endpoint) {
        if (settings === null) document.setIn(at, document.createNode({}));
        document.setIn([...at, 'endpoint'], listening);
      }
      for (const key of ['tls', 'auth', 'transport'].filter((one) => one in map(settings))) {
        document.deleteIn([...at, key]);
        if (key !== 'transport')
          adopting.list(place.to(...at, key), {
            what: 'left out',
            why: 'services send without it in a drill',
          });
      }
    }
  }
  for (const [part, kinds] of [
    ['exporters', ['prometheus']],
    ['extensions', ['health_check', 'healthcheckv2', 'pprof', 'zpages']],
  ] as const) {
    for (const [id, settings] of Object.entries(map(contentOf(context)[part]))) {
      const { endpoint, tls } = map(settings);
      if (!(kinds as readonly string[]).includes(kindOf(id))) continue;
      const listening = listensOn(endpoint, kindOf(id) === 'health_check' ? 13133 : undefined);
      if (listening !== undefined && listening !== endpoint) {
        if (settings === null) document.setIn([part, id], document.createNode({}));
        document.setIn([part, id, 'endpoint'], listening);
      }
      if (tls === undefined) continue;
      document.deleteIn([part, id, 'tls']);
      adopting.list(place.to(part, id, 'tls'), { what: 'left out', why: 'a drill asks without it' });
    }
  }
}

/** An address that is listened on, with a host of the drill. */
function listensOn(endpoint: unknown, standard: number | undefined): string | undefined {
  if (endpoint === undefined || endpoint === null)
    return standard === undefined ? undefined : `0.0.0.0:${standard}`;
  const written = String(endpoint);
  const host = written.replace(/:\d+$/, '');
  if (['0.0.0.0', 'localhost', '127.0.0.1'].includes(host)) return written;
  const port = /:(\d+)$/.exec(written)?.[1] ?? standard;
  return port === undefined ? undefined : `0.0.0.0:${port}`;
}

type Signal = 'traces' | 'metrics' | 'logs';
const isSignal = (name: string): name is Signal => ['traces', 'metrics', 'logs'].includes(name);
const signalOf = (pipeline: string): string => pipeline.split('/')[0] ?? '';

/** Exporters of the drill by their ids. */
const sink = ['debug/firedrill', {}] as const;

/** Kinds of exporters by which metrics come to something that answers as Prometheus does. */
const toPrometheus = ['otlp', 'otlp_grpc', 'otlphttp', 'otlp_http', 'prometheusremotewrite'];

function leadExporters(context: Context): void {
  const { adopting, document, place, stack } = context;
  const content = contentOf(context);
  const pipelines = Object.entries(map(map(content.service).pipelines));
  const exporters = map(content.exporters);
  const isScraped = Object.keys(exporters).some((id) => kindOf(id) === 'prometheus');
  for (const [id, settings] of Object.entries(exporters)) {
    if (staysHere(id, map(settings), stack)) continue;
    const led = new Set<string>();
    for (const [pipeline, { exporters: own }] of pipelines.map(([name, one]) => [name, map(one)] as const)) {
      const index = list(own).indexOf(id);
      const signal = signalOf(pipeline);
      if (index < 0 || !isSignal(signal)) continue;
      const [to, made, told] = backEndOf(context, signal, kindOf(id), isScraped);
      document.setIn(['exporters', to], document.createNode(made));
      document.setIn(['service', 'pipelines', pipeline, 'exporters', index], to);
      led.add(`${signal} to ${told}`);
    }
    document.deleteIn(['exporters', id]);
    adopting.list(place.to('exporters', id), {
      what: led.size > 0 ? `leads ${[...led].join(', ')}` : 'left out: no pipeline has it',
      why: 'it sends to a back end of production',
    });
  }
}

function staysHere(id: string, settings: Yaml, { pods, components }: CollectorStack): boolean {
  const kind = kindOf(id);
  if (['debug', 'nop', 'prometheus'].includes(kind)) return components.exporters.includes(kind);
  if (!components.exporters.includes(kind)) return false;
  const endpoints = eachValue(settings).flatMap(({ key, value }) =>
    /(^|_)endpoint$/.test(key) && typeof value === 'string' ? [value] : [],
  );
  return (
    endpoints.length > 0 &&
    endpoints.every((endpoint) => {
      const host = endpoint.replace(/^https?:\/\//, '').split(/[:/]/)[0] ?? '';
      return pods.has(host) || ['localhost', '127.0.0.1'].includes(host);
    })
  );
}

/** The exporter of the drill for a signal, and the back end for a person. */
function backEndOf(
  { adopting, stack }: Context,
  signal: Signal,
  kind: string,
  isScraped: boolean,
): readonly [id: string, settings: object, told: string] {
  const { pods, components } = stack;
  const grpc = components.exporters.includes('otlp_grpc') ? 'otlp_grpc' : 'otlp';
  const http = components.exporters.includes('otlp_http') ? 'otlp_http' : 'otlphttp';
  if (signal === 'traces' && pods.has('tempo'))
    return [`${grpc}/firedrill`, { endpoint: 'tempo:4317', tls: { insecure: true } }, 'Tempo'];
  if (signal === 'logs' && pods.has('loki')) {
    const tenant = tenantOf(adopting);
    const headers = tenant === undefined ? {} : { headers: { 'X-Scope-OrgID': tenant } };
    return [`${http}/firedrill`, { endpoint: 'http://loki:3100/otlp', ...headers }, 'Loki'];
  }
  // Metrics that are scraped too would be there twice; those of another kind of back end no rule of Prometheus sees.
  if (signal === 'metrics' && !isScraped && toPrometheus.includes(kind) && pods.has('prometheus'))
    return [
      'prometheusremotewrite/firedrill',
      { endpoint: 'http://prometheus:9090/api/v1/write', tls: { insecure: true } },
      'Prometheus, by remote write',
    ];
  return [...sink, 'a sink that counts'];
}

/** The tenant of Loki in the project's files of Collectors. */
function tenantOf(adopting: Adopting): string | undefined {
  const own = new Set(adopting.pathsIn('collector'));
  const found = [...adopting.texts].flatMap(([path, content]) => {
    const tenant = /X-Scope-OrgID["']?\s*:\s*["']?([\w-]+)/i.exec(content)?.[1];
    return path.startsWith('collector/') && !own.has(path) && tenant !== undefined ? [tenant] : [];
  });
  return found[0] ?? 'dev';
}

/** Leaves pipelines with nothing but what is there, until nothing more has to go. */
function wire({ adopting, document, place }: Context): void {
  for (let isStable = false; !isStable; ) {
    isStable = true;
    const content = map(document.toJS());
    const pipelines = map(map(content.service).pipelines);
    const connectors = Object.keys(map(content.connectors));
    const names = (part: string) =>
      new Set(Object.values(pipelines).flatMap((one) => list(map(one)[part]).map(String)));
    const [fed, feeding] = [names('exporters'), names('receivers')];
    const known: Readonly<Record<string, readonly string[]>> = {
      receivers: [...Object.keys(map(content.receivers)), ...connectors.filter((id) => fed.has(id))],
      processors: Object.keys(map(content.processors)),
      exporters: [...Object.keys(map(content.exporters)), ...connectors.filter((id) => feeding.has(id))],
    };
    for (const [pipeline, parts] of Object.entries(pipelines)) {
      const at: Path = ['service', 'pipelines', pipeline];
      for (const [part, there] of Object.entries(known)) {
        const own = list(map(parts)[part]).map(String);
        const kept = [...new Set(own.filter((id) => there.includes(id)))];
        if (kept.length === own.length) continue;
        isStable = false;
        if (kept.length > 0 || part !== 'processors')
          document.setIn([...at, part], document.createNode(kept));
        else document.deleteIn([...at, part]);
      }
      const now = map(
        document.getIn(at) === undefined ? {} : map(map(map(document.toJS()).service).pipelines)[pipeline],
      );
      const isOther = !isSignal(signalOf(pipeline));
      if (isOther || list(now.receivers).length === 0) {
        isStable = false;
        document.deleteIn(at);
        adopting.list(place.to(...at), {
          what: 'left out',
          why: isOther ? 'a drill has traces, metrics and logs' : 'nothing is left that it receives from',
        });
      } else if (list(now.exporters).length === 0) {
        isStable = false;
        document.setIn(['exporters', sink[0]], document.createNode(sink[1]));
        document.setIn([...at, 'exporters'], document.createNode([sink[0]]));
      }
    }
  }
  const content = map(document.toJS());
  const extensions = list(map(content.service).extensions).map(String);
  const kept = extensions.filter((id) => id in map(content.extensions));
  if (kept.length < extensions.length) document.setIn(['service', 'extensions'], document.createNode(kept));
}

/** What a Collector tells of itself goes to production's back ends, or to a port that several would listen on. */
function leaveOutOwnTelemetry({ adopting, document, place }: Context): void {
  const telemetry = map(map(map(document.toJS()).service).telemetry);
  for (const [key, settings] of Object.entries(telemetry)) {
    const at = ['service', 'telemetry', key];
    const { level, readers, address, processors } = map(settings);
    if (
      key === 'metrics'
        ? level === 'none' && readers === undefined && address === undefined
        : processors === undefined
    )
      continue;
    if (key === 'metrics') document.setIn(at, document.createNode({ level: 'none' }));
    else document.deleteIn([...at, 'processors']);
    adopting.list(place.to(...at), {
      what: 'left out',
      why: 'a drill does not ask the Collector about itself',
    });
  }
}

/** Variables of production's environment. */
function fillIn({ adopting, document, place }: Context): void {
  for (const { at, key, value } of eachValue(document.toJS())) {
    if (typeof value !== 'string' || /^\$\$/.test(value) || /FIREDRILL_/.test(value)) continue;
    const found = value.match(variable);
    if (!found) continue;
    const next = value.replace(variable, (whole, otherwise?: string) => otherwise ?? madeUpWord(whole));
    const isNumber =
      /(_mib|_percentage|_size|_limit|_count|_num|_ratio|_traces)$/.test(key) ||
      /^(timeout|interval|.*_interval|.*_wait)$/.test(key);
    if (isNumber && next.includes('madeup')) document.deleteIn(at);
    else document.setIn(at, /^-?\d+(\.\d+)?$/.test(next) ? Number(next) : next);
    adopting.list(place.to(...at), {
      what:
        isNumber && next.includes('madeup')
          ? `left out, with ${found.join(', ')} in it`
          : `a value in the place of ${found.join(', ')}`,
      why: 'a drill has not the environment of production',
    });
  }
}

/** A drill asks these Collectors at this port whether they are ready. */
function tellReadiness({ adopting, document, place }: Context): void {
  const content = map(document.toJS());
  const extensions = list(map(content.service).extensions).map(String);
  const isThere = Object.entries(map(content.extensions)).some(
    ([id, settings]) =>
      kindOf(id) === 'health_check' &&
      extensions.includes(id) &&
      (text(map(settings).endpoint) ?? '').endsWith(':13133'),
  );
  if (isThere || content.service === undefined) return;
  document.setIn(
    ['extensions', 'health_check/firedrill'],
    document.createNode({ endpoint: 'localhost:13133' }),
  );
  document.setIn(['service', 'extensions'], document.createNode([...extensions, 'health_check/firedrill']));
  adopting.list(place.to('service', 'extensions'), {
    what: 'health_check/firedrill was added',
    why: 'a drill asks it whether the Collector is ready',
  });
}
