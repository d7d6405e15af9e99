import { anchoredGoRegex } from '../../core/go-regex.ts';
import { list, map, maps, type Yaml } from '../files/yaml.ts';
import type { ScrapedService } from './scraped-services.ts';

/** What a job says of the services that it scrapes. */
export interface Selection {
  /** Names of the job. */
  readonly names: readonly string[];
  /** Names by which it looks for its targets, e.g. a service of Consul, a host, the value of a label. */
  readonly values: readonly string[];
  /** Regular expressions that the name of a service must match. */
  readonly patterns: readonly RegExp[];
  /** Whether it looks for services by their names, and not only by a region or a state. */
  readonly isNamed: boolean;
}

export interface Matched {
  readonly services: readonly ScrapedService[];
  /** `declared`: firedrill.yaml says so; `selected`: by what the job looks for; `named`: by the name of the job. */
  readonly by: 'declared' | 'selected' | 'named';
}

/**
 * Finds the services that a job scrapes: those of which firedrill.yaml says so; otherwise those that it looks for by name;
 * otherwise, if it looks for no name, that of its own name. `undefined` if no service is known to be meant.
 */
export function matchServices(
  services: readonly ScrapedService[],
  { names, values, patterns, isNamed }: Selection,
): Matched | undefined {
  const declared = services.filter(({ jobs }) => jobs.some((job) => names.includes(job)));
  if (declared.length > 0) return { services: declared, by: 'declared' };
  // What is declared for other jobs is not guessed for this one.
  const free = services.filter(({ jobs }) => jobs.length === 0);
  const looked = new Set(values.map(plain));
  const selected = free.filter(
    ({ name }) => looked.has(plain(name)) || patterns.some((one) => one.test(name)),
  );
  if (selected.length > 0) return { services: selected, by: 'selected' };
  // A job that looks for something else scrapes no service of its own name in production either.
  if (isNamed) return undefined;
  const own = new Set(names.map(plain));
  const named = free.filter(({ name }) => own.has(plain(name)));
  return named.length > 0 ? { services: named, by: 'named' } : undefined;
}

const plain = (name: string): string => name.toLowerCase().replaceAll('_', '-');

/** The service that a host of production is, by the first part of its name: `web-0.web.prod.svc:8080` → `web`. */
export function serviceOfHost(
  services: readonly ScrapedService[],
  address: string,
): { readonly service: ScrapedService; readonly port?: number } | undefined {
  const [, host = '', digits] = /^(?:[a-z]+:\/\/)?([^/:]+)(?::(\d+))?(?:\/|$)/i.exec(address) ?? [];
  const name = nameInHost(host);
  const service = services.find((one) => [name, name.replace(/-\d+$/, '')].includes(plain(one.name)));
  return service && { service, ...(digits === undefined ? {} : { port: Number(digits) }) };
}

/** `tasks.web` and `_metrics._tcp.web.example` are about `web`. */
const nameInHost = (host: string): string =>
  plain(host.split('.').find((part) => !part.startsWith('_') && part !== 'tasks') ?? '');

/** Labels of service discovery that have the name of a service, or of something that is named after it. */
const naming =
  /^__meta_(?!.*(namespace|annotation|node|port|ready|phase|role)).*(_(name|app|service|service_name|id|component|k8s_app|instance|job|task|container)|_tag_Name|_kubernetes_name|tags|_consul_service)$/;

/** What the discovery and the relabelling of a job look for. */
export function selectionOf(job: Yaml): Omit<Selection, 'names'> {
  const discoveries = Object.entries(job).flatMap(([key, configs]) =>
    key.endsWith('_sd_configs') ? maps(configs).map((one) => ({ key, one })) : [],
  );
  const found = discoveries.flatMap(({ key, one }) => valuesOf(key, one));
  const patterns: RegExp[] = [];
  for (const rule of maps(job.relabel_configs)) {
    if (String(rule.action).toLowerCase() !== 'keep') continue;
    const sources = list(rule.source_labels).map(String);
    const parts =
      sources.length === 1 ? [String(rule.regex)] : String(rule.regex).split(String(rule.separator ?? ';'));
    if (parts.length !== sources.length) continue;
    sources.forEach((label, i) => {
      const one = naming.test(label) ? anchoredGoRegex(parts[i] ?? '') : undefined;
      if (one && !matchesAnything(one)) patterns.push(one);
    });
  }
  const isNamed = patterns.length > 0 || discoveries.some(({ one }) => namesIn(one).length > 0);
  return { values: found.map((value) => nameInHost(value)), patterns, isNamed };
}

/** The names of services for which a discovery asks. */
const namesIn = (config: Yaml): string[] => [
  ...[config.names, config.services, config.applications].flatMap((one) => list(one).map(String)),
  ...maps(config.selectors).flatMap(({ label }) =>
    /\b(app|name)\b[^,]*=/.test(String(label)) ? [String(label)] : [],
  ),
];

function valuesOf(kind: string, config: Yaml): string[] {
  const names = [config.names, config.services, config.applications].flatMap((one) => list(one).map(String));
  const filters = maps(config.filters).flatMap(({ values }) => list(values).map(String));
  const selectors = maps(config.selectors).flatMap(({ label }) => String(label ?? '').split(','));
  const assigned = [...filters, ...selectors].map((one) => one.split('=').at(-1)?.trim() ?? '');
  return kind === 'dns_sd_configs' ? names : [...names, ...assigned.map((one) => one.replace(/[-*]+$/, ''))];
}

const matchesAnything = (pattern: RegExp): boolean => ['', 'x', 'zz-9-zz'].some((one) => pattern.test(one));

/** Of a regular expression the first text that it names, if it is a list of texts: `prod|staging` → `prod`. */
export const firstText = (regex: unknown): string | undefined =>
  /^\(?([\w-]+)(?:\|[\w-]+)*\)?$/.exec(String(regex ?? ''))?.[1];

/** The namespace in which a job of Kubernetes looks, if it is known. */
export function namespaceOf(job: Yaml): string | undefined {
  for (const { source_labels, action, regex } of maps(job.relabel_configs)) {
    const [label, ...more] = list(source_labels);
    if (action === 'keep' && label === '__meta_kubernetes_namespace' && more.length === 0)
      return firstText(regex);
  }
  const [first] = maps(job.kubernetes_sd_configs).flatMap(({ namespaces }) => list(map(namespaces).names));
  return first === undefined ? undefined : String(first);
}
