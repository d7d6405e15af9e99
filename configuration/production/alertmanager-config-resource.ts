import type { Path } from '../../core/path.ts';
import type { WrittenPart } from '../files/place.ts';
import { list, map, maps, text, type Yaml } from '../files/yaml.ts';
import type { Resource } from './manifests.ts';

/*
 * The Prometheus Operator's AlertmanagerConfig (v1alpha1 and v1beta1) as Alertmanager's configuration, as the operator
 * makes it: https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1alpha1.AlertmanagerConfig
 */

/** `OnNamespace` (default) and others: https://prometheus-operator.dev/docs/api-reference/api/ (AlertmanagerConfigMatcherStrategy). */
export type HasMatcher = (namespace: string) => boolean;

/** Gives the value to which a reference leads. */
export type Resolve = (reference: SecretReference) => string;

/** A key of a Secret, in the place of a value. */
export interface SecretReference {
  readonly name: string;
  readonly key: string;
  readonly namespace: string;
  /** The kind of receiver and its setting, in Alertmanager's words. */
  readonly kind: string;
  readonly setting: string;
  /** Path in the resource. */
  readonly path: Path;
}

/** What the resource adds to a configuration. */
export interface Converted {
  /** Absent: the resource has no route, and adds inhibit rules only. */
  readonly route?: Yaml;
  readonly receivers: readonly Yaml[];
  readonly intervals: readonly Yaml[];
  readonly inhibitRules: readonly Yaml[];
  /** Where each is written, by its path in this result: `receivers`, 0, `slack_configs`. */
  readonly parts: readonly WrittenPart[];
}

/** @param hasMatcher whether alerts of other namespaces are kept out; absent: it is the configuration of the whole. */
export function convertResource(resource: Resource, resolve: Resolve, hasMatcher?: HasMatcher): Converted {
  const namespace = namespaceOf(resource);
  const spec = map(resource.content.spec);
  const parts: WrittenPart[] = [];
  const { written } = resource;
  const locate = (at: Path, path: Path) =>
    void parts.push({ ...written, at, path: [...written.path, 'spec', ...path] });
  const own = (name: unknown) => namesIn(name, `${namespace}/${resource.name}`);
  const enforced = hasMatcher?.(namespace) ? [matcherText({ name: 'namespace', value: namespace })] : [];
  const intervalsKey = spec.timeIntervals === undefined ? 'muteTimeIntervals' : 'timeIntervals';
  const inhibitRules = maps(spec.inhibitRules).map((rule, i) => {
    locate(['inhibitRules', i], ['inhibitRules', i]);
    const matchers = (key: string) => distinct([...maps(rule[key]).map(matcherText), ...enforced]);
    return {
      source_matchers: matchers('sourceMatch'),
      target_matchers: matchers('targetMatch'),
      ...(rule.equal === undefined ? {} : { equal: rule.equal }),
    };
  });
  if (spec.route === undefined || spec.route === null)
    return { receivers: [], intervals: [], inhibitRules, parts };
  locate(['route'], ['route']);
  const route = routeOf(map(spec.route), own, locate, ['route'], ['route']);
  const receivers = maps(spec.receivers).map((receiver, i) => {
    locate(['receivers', i], ['receivers', i]);
    const reader = new SettingReader((one) => resolve({ ...one, namespace }), locate);
    return reader.receiver(receiver, own, ['receivers', i]);
  });
  const intervals = maps(spec[intervalsKey]).map((one, i) => {
    locate(['intervals', i], [intervalsKey, i]);
    return { name: own(one.name), time_intervals: maps(one.timeIntervals).map(intervalOf) };
  });
  const first =
    hasMatcher === undefined
      ? route
      : { ...route, matchers: [...list(route.matchers), ...enforced], continue: true };
  return { route: first, receivers, intervals, inhibitRules, parts };
}

/** The namespace of a resource that names none is that of the command which applies it. */
export const namespaceOf = ({ namespace = 'default' }: Pick<Resource, 'namespace'>): string => namespace;

const namesIn = (name: unknown, above: string): string | undefined =>
  text(name) === undefined ? undefined : `${above}/${text(name)}`;

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)];

function matcherText({ name, value, matchType, regex }: Yaml): string {
  const operator = text(matchType) ?? (regex === true ? '=~' : '=');
  return `${String(name)}${operator}${JSON.stringify(String(value ?? ''))}`;
}

type Locate = (at: Path, path: Path) => void;

function routeOf(
  route: Yaml,
  own: (name: unknown) => string | undefined,
  locate: Locate,
  at: Path,
  path: Path,
): Yaml {
  const { receiver, matchers, routes, muteTimeIntervals, activeTimeIntervals, ...rest } = route;
  const settings = Object.entries(rest).map(([key, value]) => {
    locate([...at, snakeCase(key)], [...path, key]);
    return [snakeCase(key), value] as const;
  });
  const named = {
    receiver: own(receiver),
    matchers: matchers === undefined ? undefined : maps(matchers).map(matcherText),
    mute_time_intervals: muteTimeIntervals === undefined ? undefined : list(muteTimeIntervals).map(own),
    active_time_intervals: activeTimeIntervals === undefined ? undefined : list(activeTimeIntervals).map(own),
    routes:
      routes === undefined
        ? undefined
        : maps(routes).map((child, i) =>
            routeOf(child, own, locate, [...at, 'routes', i], [...path, 'routes', i]),
          ),
  };
  return Object.fromEntries([
    ...Object.entries(named).filter(([, value]) => value !== undefined),
    ...settings,
  ]);
}

function intervalOf({ times, weekdays, daysOfMonth, months, years }: Yaml): Yaml {
  const given = {
    times:
      times === undefined
        ? undefined
        : maps(times).map(({ startTime, endTime }) => ({ start_time: startTime, end_time: endTime })),
    weekdays: lowerCase(weekdays),
    days_of_month:
      daysOfMonth === undefined
        ? undefined
        : maps(daysOfMonth).map(({ start, end }) =>
            end === undefined ? String(start) : `${String(start)}:${String(end)}`,
          ),
    months: lowerCase(months),
    years: lowerCase(years),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

const lowerCase = (values: unknown): string[] | undefined =>
  values === undefined ? undefined : list(values).map((value) => String(value).toLowerCase());

/** `apiURL` → `api_url`, `enableHttp2` → `enable_http2`, `msteamsv2Configs` → `msteamsv2_configs`. */
export const snakeCase = (key: string): string =>
  key.replace(/(?<=[a-z0-9])[A-Z]+/g, (capitals) => `_${capitals}`).toLowerCase();

/** Settings that Alertmanager calls otherwise, of one kind of receiver or of all. */
const otherNames: Readonly<Record<string, string>> = {
  'discord.apiURL': 'webhook_url',
  'pagerduty.pagerDutyLinkConfigs': 'links',
  'links.alt': 'text',
  'pagerduty.pagerDutyImageConfigs': 'images',
  'webhook.urlSecret': 'url',
  bearerTokenSecret: 'bearer_token',
};
/** Settings that are lists of keys and values, and maps in Alertmanager's file. */
const pairs = new Set(['pagerduty.details', 'opsgenie.details', 'email.headers', 'victorops.customFields']);

/** Reads the settings of receivers, and of `global`. */
export class SettingReader {
  readonly #resolve: (reference: Omit<SecretReference, 'namespace'>) => string;
  readonly #locate: Locate;

  constructor(resolve: (reference: Omit<SecretReference, 'namespace'>) => string, locate: Locate) {
    this.#resolve = resolve;
    this.#locate = locate;
  }

  receiver(receiver: Yaml, own: (name: unknown) => string | undefined, at: Path): Yaml {
    const kinds = Object.entries(receiver).filter(([key]) => key !== 'name');
    return {
      name: own(receiver.name),
      ...Object.fromEntries(
        kinds.map(([key, entries]) => {
          const name = snakeCase(key);
          this.#locate([...at, name], [...at, key]);
          const kind = name.replace(/_configs$/, '');
          return [
            name,
            maps(entries).map((entry, i) => this.map(entry, kind, [...at, name, i], [...at, key, i])),
          ];
        }),
      ),
    };
  }

  map(settings: Yaml, kind: string, at: Path, path: Path): Yaml {
    return Object.fromEntries(
      Object.entries(settings).map(([key, value]) => {
        const name = otherNames[`${kind}.${key}`] ?? otherNames[key] ?? snakeCase(key);
        const [there, here] = [
          [...at, name],
          [...path, key],
        ];
        if (name !== key) this.#locate(there, here);
        if (pairs.has(`${kind}.${key}`) && Array.isArray(value))
          return [name, Object.fromEntries(maps(value).map((pair) => [String(pair.key), pair.value]))];
        return [name, this.#value(value, kind, name, there, here)];
      }),
    );
  }

  #value(value: unknown, kind: string, setting: string, at: Path, path: Path): unknown {
    // A link's text has the name of an image's there.
    const inner = setting === 'links' ? setting : kind;
    if (Array.isArray(value))
      return value.map((item: unknown, i) => this.#value(item, inner, setting, [...at, i], [...path, i]));
    if (typeof value !== 'object' || value === null) return value;
    const entry = map(value);
    const { secret, configMap, name, key } = entry;
    if (secret !== undefined || configMap !== undefined)
      return this.#value(secret ?? configMap, kind, setting, at, path);
    if (
      typeof key === 'string' &&
      !('value' in entry) &&
      (typeof name === 'string' || 'optional' in entry || Object.keys(entry).length === 1)
    )
      return this.#resolve({ name: text(name) ?? '', key, kind, setting, path });
    return this.map(entry, kind, at, path);
  }
}
