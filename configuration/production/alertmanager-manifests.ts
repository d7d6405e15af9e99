import { posix } from 'node:path';
import { stringify } from 'yaml';
import type { Path } from '../../core/path.ts';
import { orEmpty } from '../files/parse-yaml.ts';
import { Place, type Written, type WrittenPart } from '../files/place.ts';
import { list, map, maps, text, type Yaml } from '../files/yaml.ts';
import type { Adopting } from './adopting.ts';
import {
  convertResource,
  type HasMatcher,
  namespaceOf,
  type SecretReference,
  SettingReader,
  snakeCase,
} from './alertmanager-config-resource.ts';
import { madeUp } from './made-up.ts';
import { type Entry, entriesOf, type Resource, resourcesIn, selects, selectsNamespace } from './manifests.ts';
import { onlyResource, titleOf } from './only-resource.ts';

/** What the manifests of a folder say besides the files that were made of them. */
export interface Manifests {
  /** Whether the main file was in a Secret, whose variables the operator's config reloader replaces. */
  readonly isReloaded: boolean;
  /** The content that is mounted into Alertmanager from a Secret or a ConfigMap of its namespace, by `name/key`. */
  readonly mounted: (nameAndKey: string) => string | undefined;
}

/** Kinds of resources that say what Alertmanager does. */
const read = new Set(['Secret', 'ConfigMap', 'AlertmanagerConfig', 'Alertmanager']);

const mainKey = /^alertmanager\.ya?ml$/;

/** Takes Alertmanager's files out of Secrets and ConfigMaps, and adds AlertmanagerConfigs to them as the operator does. */
export function adoptManifests(adopting: Adopting, folder: string): Manifests {
  const main = `${folder}/alertmanager.yml`;
  const all = adopting
    .pathsIn(folder)
    .filter((path) => /\.(?:ya?ml|json)$/.test(path))
    .map((path) => ({
      path,
      resources: resourcesIn(adopting.place(path).file, adopting.texts.get(path) ?? ''),
    }))
    .filter(({ resources }) => resources.length > 0);
  const resources = all.flatMap((one) => one.resources);
  for (const { path } of all) adopting.remove(path);
  const manager = onlyResource(adopting, 'Alertmanager', resources);
  const held = resources
    .filter(({ kind }) => kind === 'Secret' || kind === 'ConfigMap')
    .flatMap((resource) => entriesOf(resource).map((entry): Held => ({ resource, entry })));
  for (const [i, { resource, entry }] of held.entries()) {
    const same = held
      .slice(0, i)
      .find((one) => titleOf(one.resource) === titleOf(resource) && one.entry.key === entry.key);
    if (same && same.entry.content !== entry.content)
      adopting.refuse(
        placeOf(resource.written),
        `${entry.key} of ${titleOf(resource)} is here twice, also at ${placeOf(same.resource.written).line}`,
        'keep the one that production has',
      );
  }
  const secrets = new Map(
    held.map(({ resource, entry }) => [`${keyOf(resource)}/${entry.key}`, entry.content.trim()]),
  );
  const chosen = chooseMain(adopting, main, held, manager);
  const sources = new Map<string, string>();
  for (const { resource, entry } of held) {
    const path = entry === chosen?.entry ? main : templatePath(entry, folder);
    if (path === undefined) continue;
    if (path !== main && adopting.isOwn(path) && adopting.texts.get(path) !== entry.content)
      adopting.refuse(
        placeOf(resource.written),
        `${entry.key} of ${titleOf(resource)} and ${sources.get(path) ?? adopting.place(path).file} would be the same file ${path}`,
        'keep the one that production reads',
      );
    sources.set(path, `${entry.key} of ${titleOf(resource)}`);
    adopting.put(path, entry.content, entry.written.file, [{ ...entry.written, at: [] }]);
    adopting.list(placeOf(resource.written), {
      what: `read as ${path}`,
      why: `Alertmanager reads the file that is mounted from this ${resource.kind}`,
    });
  }
  const ofChart = manager ? undefined : managerOfChart(resources);
  for (const resource of resources.filter(({ kind }) => !read.has(kind)))
    adopting.list(placeOf(resource.written), {
      what: `left out (${resource.kind})`,
      why:
        resource.written === ofChart?.written
          ? 'only its alertmanager.alertmanagerSpec says which AlertmanagerConfigs are used'
          : 'it has no configuration of Alertmanager',
    });
  addConfigs(adopting, main, resources, secrets, manager ?? ofChart);
  const user = manager ?? chosen?.resource;
  const mounted = (nameAndKey: string): string | undefined => {
    if (user) return secrets.get(`${namespaceOf(user)}/${nameAndKey}`);
    const found = new Set(
      [...secrets].flatMap(([key, content]) => (key.endsWith(`/${nameAndKey}`) ? [content] : [])),
    );
    return found.size === 1 ? [...found][0] : undefined;
  };
  return { isReloaded: chosen?.resource.kind === 'Secret', mounted };
}

/**
 * The Alertmanager that the chart kube-prometheus-stack makes of the values of a HelmRelease of Flux, as far as it says which
 * AlertmanagerConfigs are used; by default the chart selects all of them.
 */
function managerOfChart(resources: readonly Resource[]): Resource | undefined {
  const found = resources.flatMap((resource) => {
    const { alertmanager } = map(map(resource.content.spec).values);
    const { alertmanagerSpec } = map(alertmanager);
    if (resource.kind !== 'HelmRelease' || alertmanagerSpec === undefined) return [];
    const spec = {
      ...{ alertmanagerConfigSelector: {}, alertmanagerConfigNamespaceSelector: {} },
      ...map(alertmanagerSpec),
    };
    return [{ ...resource, kind: 'Alertmanager', content: { spec } }];
  });
  return found.length === 1 ? found[0] : undefined;
}

/** A file in a Secret or a ConfigMap. */
interface Held {
  readonly resource: Resource;
  readonly entry: Entry;
}

/**
 * The main file among those that Secrets and ConfigMaps hold. The operator reads that of the Secret which the
 * Alertmanager resource names, by default `alertmanager-<name>`:
 * https://prometheus-operator.dev/docs/api-reference/api/ (AlertmanagerSpec, `configSecret`).
 */
function chooseMain(
  adopting: Adopting,
  main: string,
  held: readonly Held[],
  manager: Resource | undefined,
): Held | undefined {
  const candidates = held.filter(({ entry }) => mainKey.test(entry.key));
  const titled = ({ resource, entry }: Held) =>
    `${entry.key} of ${titleOf(resource)} (${placeOf(resource.written).line})`;
  const { configSecret, alertmanagerConfiguration } = map(manager?.content.spec);
  const isNamed = text(map(alertmanagerConfiguration).name) !== undefined;
  const secret = text(configSecret) ?? `alertmanager-${manager?.name}`;
  const meant = manager
    ? candidates.filter(
        ({ resource, entry }) =>
          resource.kind === 'Secret' &&
          resource.name === secret &&
          isIn(resource, manager) &&
          entry.key === 'alertmanager.yaml',
      )
    : candidates;
  const [chosen, ...others] = meant;
  if (manager) {
    for (const { resource, entry } of candidates.filter((one) => isNamed || !meant.includes(one))) {
      if (isNamed || chosen)
        adopting.list(placeOf(resource.written), {
          what: `left out: ${entry.key} of ${resource.kind} ${resource.name}`,
          why: isNamed
            ? `the Alertmanager ${manager.name} takes its configuration from alertmanagerConfiguration`
            : `the Alertmanager ${manager.name} reads the Secret ${secret} of its namespace`,
        });
      else
        adopting.refuse(
          placeOf(resource.written),
          `${titleOf(manager)} reads alertmanager.yaml of the Secret ${namespaceOf(manager)}/${secret}, which is not here, and not ${entry.key} of ${titleOf(resource)}`,
          'add that Secret, name this one by configSecret, or take the other resource out of the folder',
        );
    }
    if (isNamed) return undefined;
  }
  if (!chosen) return undefined;
  for (const other of others)
    if (other.entry.content !== chosen.entry.content)
      adopting.refuse(
        placeOf(other.resource.written),
        `${titled(other)} and ${titled(chosen)} are both a configuration of Alertmanager, and it reads one`,
        'keep the one that production reads, or add the Alertmanager resource that names it',
      );
  for (const path of [main, main.replace(/yml$/, 'yaml')])
    if (adopting.isOwn(path))
      adopting.refuse(
        placeOf(chosen.resource.written),
        `${titled(chosen)} and ${adopting.place(path).file} are both a configuration of Alertmanager, and it reads one`,
        'keep the one that production reads',
      );
  return chosen;
}

const templatePath = ({ key }: Entry, folder: string): string | undefined =>
  /\.(?:tmpl|tpl|gotmpl)$/.test(key) ? posix.join(folder, key) : undefined;

/** Of a resource, by its name. */
const placeOf = ({ file, text: content, path }: Written): Place =>
  new Place(file, content, [...path, 'metadata', 'name']);

/** A component that reads YAML 1.1 takes an unquoted `yes` for a boolean, and `22:00` for a number. */
const quoted = { lineWidth: 0, defaultKeyType: 'PLAIN', defaultStringType: 'QUOTE_DOUBLE' } as const;

/** What the operator uses without a Secret. */
const withoutSecret = { route: { receiver: 'null' }, receivers: [{ name: 'null' }] };

function addConfigs(
  adopting: Adopting,
  main: string,
  resources: readonly Resource[],
  secrets: ReadonlyMap<string, string>,
  manager: Resource | undefined,
): void {
  const configs = resources
    .filter(({ kind }) => kind === 'AlertmanagerConfig')
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const { alertmanagerConfiguration, alertmanagerConfigMatcherStrategy } = map(manager?.content.spec);
  const wholeName = text(map(alertmanagerConfiguration).name);
  const whole = configs.find((one) => one.name === wholeName && (!manager || isIn(one, manager)));
  if (manager && wholeName !== undefined && !whole)
    adopting.refuse(
      placeOf(manager.written),
      `${titleOf(manager)} takes its configuration from the AlertmanagerConfig ${namespaceOf(manager)}/${wholeName}, which is not here`,
      'add it to the folder',
    );
  if (configs.length === 0) return;
  const resolve = (resource: Resource) => (reference: SecretReference) =>
    secretValue(adopting, resource, reference, secrets);
  const found = adopting.pathsIn(posix.dirname(main)).includes(main) ? orEmpty(adopting.texts.get(main)) : {};
  const parts: WrittenPart[] = [];
  let base: Yaml = found.route === undefined ? withoutSecret : found;
  const rootPlace = adopting.place(main);
  if (whole) {
    const {
      route = {},
      receivers,
      intervals,
      inhibitRules,
      parts: own,
    } = convertResource(whole, resolve(whole));
    const global = globalOf(map(alertmanagerConfiguration).global, (one) =>
      secretValue(adopting, manager ?? whole, { ...one, namespace: namespaceOf(whole) }, secrets),
    );
    base = {
      ...(Object.keys(global).length > 0 ? { global } : {}),
      ...{ route, receivers, time_intervals: intervals, inhibit_rules: inhibitRules },
      ...{ templates: templatesOf(alertmanagerConfiguration) },
      ...{ templates: templatesOf(alertmanagerConfiguration) },
    };
    parts.push(...own.map((part) => ({ ...part, at: placedAt(part.at, [0, 0, 0]) })));
    adopting.list(placeOf(whole.written), {
      what: `read as ${main}`,
      why: 'alertmanagerConfiguration names it',
    });
  }
  const hasMatcher = matcherStrategy(map(alertmanagerConfigMatcherStrategy).type, manager);
  const used = configs.filter((one) => one !== whole && isUsed(adopting, one, manager, resources));
  const converted = used.map((one) => ({ one, ...convertResource(one, resolve(one), hasMatcher) }));
  const routes = converted.flatMap(({ route }) => (route ? [route] : []));
  const counts = [
    maps(base.receivers).length,
    maps(base.time_intervals).length,
    maps(base.inhibit_rules).length,
  ];
  let nextRoute = 0;
  for (const { one, route, receivers, intervals, inhibitRules, parts: own } of converted) {
    const offsets = counts as [number, number, number];
    parts.push(...own.map((part) => ({ ...part, at: placedAt(part.at, offsets, nextRoute) })));
    counts[0] = (counts[0] ?? 0) + receivers.length;
    counts[1] = (counts[1] ?? 0) + intervals.length;
    counts[2] = (counts[2] ?? 0) + inhibitRules.length;
    if (route) nextRoute++;
    const namespace = namespaceOf(one);
    adopting.list(placeOf(one.written), {
      what: `written as Alertmanager's configuration: its receivers and time intervals are called ${namespace}/${one.name}/…${hasMatcher(namespace) ? `, and its route takes alerts with namespace="${namespace}" only` : ''}`,
      why: 'the Prometheus Operator does so; Alertmanager does not read the resource',
    });
  }
  const baseRoutes = maps(map(base.route).routes);
  const merged = {
    ...base,
    route: {
      ...map(base.route),
      ...(routes.length + baseRoutes.length > 0 ? { routes: [...routes, ...baseRoutes] } : {}),
    },
    receivers: [...maps(base.receivers), ...converted.flatMap(({ receivers }) => receivers)],
    ...nonEmpty('time_intervals', [
      ...maps(base.time_intervals),
      ...converted.flatMap(({ intervals }) => intervals),
    ]),
    ...nonEmpty('inhibit_rules', [
      ...maps(base.inhibit_rules),
      ...converted.flatMap(({ inhibitRules }) => inhibitRules),
    ]),
  };
  const written = whole?.written ?? configs[0]?.written;
  const isMade = found.route === undefined || whole !== undefined;
  const name = isMade ? (written?.file ?? main) : rootPlace.file;
  const ofBase = isMade || !found.route ? [] : adopting.partsOf(main);
  const shifted = ofBase.flatMap((part) => [
    part,
    ...baseRoutes.map((_, i) => ({
      ...part,
      at: ['route', 'routes', routes.length + i],
      path: [...part.path, 'route', 'routes', i],
    })),
  ]);
  const rest = isMade && written ? [{ ...written, at: [] as Path }] : shifted;
  adopting.put(main, stringify(merged, quoted), name, [...rest, ...parts]);
}

const keyOf = (resource: Resource): string => `${namespaceOf(resource)}/${resource.name}`;
const isIn = (one: Resource, other: Resource): boolean => namespaceOf(one) === namespaceOf(other);
const nonEmpty = (key: string, entries: readonly Yaml[]) => (entries.length > 0 ? { [key]: entries } : {});

/** The path in the whole file of a part of what one resource adds. */
function placedAt(
  at: Path,
  [receivers, intervals, rules]: readonly [number, number, number],
  route?: number,
): Path {
  const [part, index = 0, ...rest] = at;
  if (part === 'route') return route === undefined ? at : ['route', 'routes', route, ...at.slice(1)];
  const moved = Number(index) + (part === 'receivers' ? receivers : part === 'intervals' ? intervals : rules);
  const key =
    part === 'intervals' ? 'time_intervals' : part === 'inhibitRules' ? 'inhibit_rules' : 'receivers';
  return [key, moved, ...rest];
}

function matcherStrategy(type: unknown, manager: Resource | undefined): HasMatcher {
  if (type === 'None') return () => false;
  if (type === 'OnNamespaceExceptForAlertmanagerNamespace')
    return (namespace) => manager === undefined || namespace !== namespaceOf(manager);
  return () => true;
}

/** Whether the operator would add a resource. What it passes over must not page in a drill. */
function isUsed(
  adopting: Adopting,
  one: Resource,
  manager: Resource | undefined,
  resources: readonly Resource[],
): boolean {
  if (!manager) return true;
  const { alertmanagerConfigSelector: selector, alertmanagerConfigNamespaceSelector: ofNamespaces } = map(
    manager.content.spec,
  );
  const leave = (why: string) => {
    adopting.list(placeOf(one.written), { what: 'left out: none of its receivers is notified', why });
    return false;
  };
  if (!selects(selector, one.labels))
    return leave(
      selector
        ? `alertmanagerConfigSelector of the Alertmanager ${manager.name} does not select its labels`
        : `the Alertmanager ${manager.name} has no alertmanagerConfigSelector, and selects none`,
    );
  const isSelected = selectsNamespace(ofNamespaces, namespaceOf(manager), namespaceOf(one), resources);
  if (isSelected === undefined)
    adopting.refuse(
      placeOf(one.written),
      `alertmanagerConfigNamespaceSelector of the Alertmanager ${manager.name} asks for labels of the namespace ${namespaceOf(one)}, which are not here`,
      `add the Namespace ${namespaceOf(one)} with its labels to the folder`,
    );
  if (isSelected === false)
    return leave(
      `alertmanagerConfigNamespaceSelector of the Alertmanager ${manager.name} does not select its namespace`,
    );
  return true;
}

function secretValue(
  adopting: Adopting,
  resource: Resource,
  { name, key, namespace, kind, setting, path }: SecretReference,
  secrets: ReadonlyMap<string, string>,
): string {
  const known = secrets.get(`${namespace}/${name}/${key}`);
  if (known !== undefined) return known;
  const place = new Place(resource.written.file, resource.written.text, [
    ...resource.written.path,
    'spec',
    ...path,
  ]);
  adopting.list(place, {
    what: 'a made-up value',
    why: `the Secret ${name} of the namespace ${namespace} is not here`,
  });
  return madeUp(kind, setting, `secret ${namespace}/${name} ${key}`);
}

/** `global` of the Alertmanager resource: https://prometheus-operator.dev/docs/api-reference/api/ (AlertmanagerGlobalConfig). */
function globalOf(global: unknown, resolve: (reference: Omit<SecretReference, 'namespace'>) => string): Yaml {
  const reader = new SettingReader(resolve, () => undefined);
  const { smtp, ...rest } = map(global);
  const { smartHost, ...ofSmtp } = map(smtp);
  const { host, port } = map(smartHost);
  const settings = Object.entries(rest).flatMap(([key, value]): [string, unknown][] => {
    const name = snakeCase(key.replace(/^opsGenie/, 'opsgenie'));
    const isReference = typeof map(value).key === 'string';
    if (typeof value === 'object' && !isReference && name !== 'http_config')
      return Object.entries(reader.map(map(value), name, [], [])).map(([setting, own]) => [
        `${name}_${setting}`,
        own,
      ]);
    return Object.entries(reader.map({ [name]: value }, name.split('_')[0] ?? '', [], []));
  });
  const path = ['alertmanagerConfiguration', 'global', 'smtp'];
  const mail = Object.entries(reader.map(ofSmtp, 'email', [], path)).map(([key, value]) => [
    `smtp_${key}`,
    value,
  ]);
  return {
    ...Object.fromEntries(settings),
    ...Object.fromEntries(mail),
    ...(host === undefined ? {} : { smtp_smarthost: `${String(host)}:${String(port)}` }),
  };
}

/** The names of templates that `alertmanagerConfiguration` takes from ConfigMaps and Secrets. */
export const templatesOf = (configuration: unknown): string[] =>
  list(map(configuration).templates).flatMap((one) => {
    const { configMap, secret } = map(one);
    return text(map(configMap ?? secret).key) ?? [];
  });
