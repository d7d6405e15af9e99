import type { DependencyHashes } from '../../core/dependencies.ts';
import { tryRead } from '../../core/errors.ts';
import type { Labels } from '../../core/labels.ts';
import { destinationOf } from '../../core/receivers/destination.ts';
import { withoutSecretSettings } from '../confined/secrets.ts';
import type { Files } from '../files/files.ts';
import { isProvisioned } from '../files/grafana-folders.ts';
import { orEmpty } from '../files/parse-yaml.ts';
import { list, map, maps, type Yaml } from '../files/yaml.ts';
import { type ContactPoint, contactPointsIn, messageTemplates } from '../routes/contact-points.ts';
import { routeOf, type TakenRoute } from '../routes/route.ts';
import { satisfies } from '../routes/route-matcher.ts';
import { matcherText, writtenMatchers } from '../routes/written-matchers.ts';
import { policyConfig } from '../rules/grafana-rules.ts';
import { prometheusFile } from '../rules/prometheus-settings.ts';
import type { ConfiguredAlert } from './configured-alerts.ts';
import { hashOf, sorted } from './normal-form.ts';

/** A kind of receiver that an alert has to reach, and through which contact point. */
export interface End {
  readonly receiver: string;
  /** Absent: any that leads to this kind. */
  readonly contactPoint?: string | undefined;
}

/** What is asked about an alert. */
export interface Asked {
  readonly configured: ConfiguredAlert;
  readonly ends: readonly End[];
  /** Label sets with which the alert is at its manager. */
  readonly sent: readonly Labels[];
}

/** Takes the secrets of the configuration out of what is hashed. */
export type Hide = <T>(value: T) => T;

const alertmanagerFile = 'alertmanager/alertmanager.yml';

/**
 * The hash of each part on which an alert depends.
 *
 * @throws FiredrillError `bad-input` for routes that cannot be read.
 */
export function dependencyHashesOf(
  files: Files,
  { configured, ends, sent }: Asked,
  hide: Hide,
): DependencyHashes {
  const { manager } = configured.rule;
  const routes = routesTo(files, manager, ends, sent);
  const receivers = [...new Set(routes.map(({ receiver }) => receiver))].sort();
  const contactPoints =
    manager === 'grafana' ? ofGrafana(files, receivers) : ofAlertmanager(files, receivers);
  const said = hide(withoutSecretSettings(contactPoints));
  return {
    rule: hashOf(hide(withoutSecretSettings(configured.says()))),
    scrape: hashOf(hide(withoutSecretSettings(configured.scrapes()))),
    route: hashOf(hide(withoutSecretSettings(routeSays(files, manager, routes, sent)))),
    templates: hashOf(templatesOf(files, said)),
    receiver: hashOf([said, destinations(files, manager, receivers)]),
  };
}

/**
 * Where the notifiers send to, hashed: an address may be secret, such as a routing key or the path of a webhook. Another
 * address may be another team's.
 */
function destinations(files: Files, manager: Manager, receivers: readonly string[]): unknown[] {
  return contactPointsIn(files)
    .filter(
      (point) => (point.manager === 'grafana') === (manager === 'grafana') && receivers.includes(point.name),
    )
    .map(({ name, kind, address = [], detail }) => [
      name,
      kind,
      destinationOf({ address, ...(detail === undefined ? {} : { detail }) }),
    ]);
}

type Manager = ConfiguredAlert['rule']['manager'];

/** The routes that lead to an expected end; if none does, every route that the alert takes. */
function routesTo(
  files: Files,
  manager: Manager,
  ends: readonly End[],
  sent: readonly Labels[],
): TakenRoute[] {
  const config = manager === 'grafana' ? policyConfig(files) : files.yaml(alertmanagerFile);
  const taken = sent.flatMap((labels) => routeOf(config, labels));
  const own = contactPointsIn(files).filter(
    (point) =>
      (point.manager === 'grafana') === (manager === 'grafana') && ends.some((end) => isAt(point, end)),
  );
  const leading = taken.filter(({ receiver }) => own.some(({ name }) => name === receiver));
  return leading.length > 0 ? leading : taken;
}

const isAt = ({ kind, name }: ContactPoint, { receiver, contactPoint = name }: End): boolean =>
  kind === receiver && name === contactPoint;

function routeSays(
  files: Files,
  manager: Manager,
  routes: readonly TakenRoute[],
  sent: readonly Labels[],
): unknown {
  const intervals = timeIntervals(files, manager);
  const own = routes.map(({ groupBy, mutedAt, activeAt, ...route }) => ({
    ...route,
    groupBy: sorted(groupBy),
    mutedAt: mutedAt.map((name) => intervals.get(name) ?? name),
    activeAt: activeAt.map((name) => intervals.get(name) ?? name),
  }));
  const distinct = sorted([...new Map(own.map((route) => [JSON.stringify(route), route])).values()]);
  if (manager === 'grafana') return { routes: distinct };
  const { global, alerting } = files.yaml(prometheusFile);
  return {
    routes: distinct,
    inhibitedBy: sorted(inhibitRules(files.yaml(alertmanagerFile), sent)),
    externalLabels: map(global).external_labels,
    alerting,
  };
}

/** The definitions of time intervals by their names. */
function timeIntervals(files: Files, manager: Manager): ReadonlyMap<string, unknown> {
  const { time_intervals, mute_time_intervals } = files.yaml(alertmanagerFile);
  const all =
    manager === 'grafana'
      ? provisioned(files).flatMap(({ muteTimes }) => maps(muteTimes))
      : [...maps(time_intervals), ...maps(mute_time_intervals)];
  return new Map(all.map(({ name, time_intervals: intervals }) => [String(name), intervals]));
}

/** The inhibit rules of which the alert may be the target. */
function inhibitRules({ inhibit_rules }: Yaml, sent: readonly Labels[]): unknown[] {
  return maps(inhibit_rules).flatMap((rule) => {
    const target = tryRead(() => writtenMatchers(rule, 'target_'));
    // What cannot be read may be about any alert.
    if (!target) return [rule];
    if (!sent.some((labels) => target.every((matcher) => satisfies(labels, matcher)))) return [];
    return [
      {
        source: (tryRead(() => writtenMatchers(rule, 'source_')) ?? []).map(matcherText).sort(),
        target: target.map(matcherText).sort(),
        equal: list(rule.equal).map(String).sort(),
      },
    ];
  });
}

const provisioned = (files: Files): Yaml[] =>
  [...files].flatMap(([path, text]) =>
    path.startsWith('grafana/provisioning/alerting/') && isProvisioned(path) ? [orEmpty(text)] : [],
  );

const ofGrafana = (files: Files, names: readonly string[]): unknown => ({
  contactPoints: provisioned(files)
    .flatMap(({ contactPoints }) => maps(contactPoints))
    .filter(({ name }) => names.includes(String(name)))
    .map(({ name, receivers }) => ({ name, receivers: maps(receivers).map(({ uid: _, ...rest }) => rest) })),
});

/** Settings of `global` for every notifier, and those for one kind by the beginning of their names. */
const globalFor = { all: ['http_config', 'resolve_timeout'], email: 'smtp' } as const;

function ofAlertmanager(files: Files, names: readonly string[]): unknown {
  const { global, receivers } = files.yaml(alertmanagerFile);
  const own = maps(receivers).filter(({ name }) => names.includes(String(name)));
  const kinds = own.flatMap(Object.keys).map((key) => key.replace(/_configs$/, ''));
  const prefixes = kinds.map((kind) => `${kind === 'email' ? globalFor.email : kind}_`);
  const defaults = Object.entries(map(global)).filter(
    ([key]) => globalFor.all.some((one) => one === key) || prefixes.some((prefix) => key.startsWith(prefix)),
  );
  return { global: Object.fromEntries(defaults), receivers: own };
}

/** Matches the inclusion of a template by its name. https://pkg.go.dev/text/template */
const inclusion = /\b(?:template|block|tmpl\.(?:Exec|Inline))\s+(?:"((?:[^"\\]|\\.)*)"|`([^`]*)`)/g;

const included = (text: string): string[] =>
  [...text.matchAll(inclusion)].map(([, quoted, raw]) => quoted ?? raw ?? '');

/** Templates that messages use although nothing names them: a file may define those of the default messages anew. */
const isDefault = (name: string) => /^__|^(?:\w+\.)?default\./.test(name);

/** The bodies of all templates that the messages of the contact points may use. */
function templatesOf(files: Files, contactPoints: unknown): unknown {
  const defined = messageTemplates(files);
  const reached = new Map<string, string>();
  const waiting = [...[...defined.keys()].filter(isDefault), ...stringsIn(contactPoints).flatMap(included)];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const body = defined.get(name);
    if (body === undefined || reached.has(name)) continue;
    reached.set(name, body.replaceAll(/\{\{(-?\s*)\/\*[\s\S]*?\*\/(\s*-?)\}\}/g, '{{$1/**/$2}}'));
    waiting.push(...included(body));
  }
  return Object.fromEntries(reached);
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
