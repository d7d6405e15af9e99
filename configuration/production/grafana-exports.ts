import type { Path } from '../../core/path.ts';
import { list, map, maps, text, texts, type Yaml } from '../files/yaml.ts';

/*
 * What Grafana's API gives, in the form of its provisioning files: the provisioning API
 * (https://grafana.com/docs/grafana/latest/developers/http_api/alerting_provisioning/), the rules of `/api/ruler/grafana`
 * and the configuration of `/api/alertmanager/grafana`.
 */

/** A part of a provisioning file, and where it is in the export. */
export interface Part {
  readonly at: Path;
  readonly path: Path;
}

export interface Provisioned {
  readonly content: Yaml;
  readonly parts: readonly Part[];
  /** What the export does not say, and what was assumed. */
  readonly assumed: readonly { readonly path: Path; readonly what: string }[];
}

const isEach = (entries: readonly Yaml[], ...keys: readonly string[]): boolean =>
  entries.length > 0 && entries.every((entry) => keys.every((key) => key in entry));

/** @returns `undefined` for what is no export of the API, such as a provisioning file. */
export function provisioningOf(exported: unknown): Provisioned | undefined {
  if (Array.isArray(exported)) return ofList(maps(exported));
  const content = map(exported);
  const { apiVersion, rules, alertmanager_config: configuration } = content;
  if (apiVersion !== undefined) return undefined;
  if (configuration !== undefined) return ofAlertmanager(map(configuration), map(content.template_files));
  if (Array.isArray(rules) && isEach(maps(rules), 'data', 'title'))
    return ofRules([{ group: content, path: [] }]);
  const folders = Object.entries(content).filter(([, groups]) => Array.isArray(groups));
  if (folders.length > 0 && folders.every(([, groups]) => isEach(maps(groups), 'rules', 'name')))
    return ofRuler(folders);
  const isPolicy =
    'receiver' in content && ['routes', 'group_by', 'object_matchers'].some((key) => key in content);
  return isPolicy ? only('policies', [{ entry: without(content, dropped), path: [] }]) : undefined;
}

function ofList(entries: readonly Yaml[]): Provisioned | undefined {
  const each = entries.map((entry, i) => ({ entry, path: [i] }));
  if (isEach(entries, 'data', 'title')) return ofSingleRules(entries);
  if (isEach(entries, 'type', 'settings')) return ofContactPoints(each);
  const plain = each.map(({ entry, path }) => ({ entry: without(entry, dropped), path }));
  if (isEach(entries, 'name', 'time_intervals')) return only('muteTimes', plain);
  return isEach(entries, 'name', 'template') ? only('templates', plain) : undefined;
}

/** What the API adds for its own use. */
const dropped = new Set([
  'provenance',
  'version',
  'updated',
  'id',
  'orgID',
  'folderUID',
  'ruleGroup',
  'namespace_uid',
  'rule_group',
  'metadata',
  'updated_by',
  'guid',
]);

const without = (entry: Yaml, keys: ReadonlySet<string>): Yaml =>
  Object.fromEntries(Object.entries(entry).filter(([key, value]) => !keys.has(key) && value !== null));

type Placed = { readonly entry: Yaml; readonly path: Path };

const only = (key: string, entries: readonly Placed[]): Provisioned => ({
  content: { apiVersion: 1, [key]: entries.map(({ entry }) => ({ orgId: 1, ...entry })) },
  parts: entries.map(({ path }, i) => ({ at: [key, i], path })),
  assumed: [],
});

function ofContactPoints(entries: readonly Placed[]): Provisioned {
  const points = [...Map.groupBy(entries, ({ entry }) => String(entry.name))];
  return {
    content: {
      apiVersion: 1,
      contactPoints: points.map(([name, own]) => ({
        ...{ orgId: 1, name },
        receivers: own.map(({ entry }) => receiverOf(entry)),
      })),
    },
    parts: points.flatMap(([, own], i) =>
      own.map(({ path }, n) => ({ at: ['contactPoints', i, 'receivers', n], path })),
    ),
    assumed: [],
  };
}

/** A receiver; the API says of a secret only that it is there. */
function receiverOf({
  uid,
  name,
  type,
  settings,
  secureFields,
  secureSettings,
  disableResolveMessage,
}: Yaml): Yaml {
  const hidden = Object.entries(map(secureFields)).filter(([, isSet]) => isSet === true);
  return {
    uid: text(uid) ?? String(name),
    type,
    settings: escaped({
      ...Object.fromEntries(hidden.map(([key]) => [key, '[REDACTED]'])),
      ...map(secureSettings),
      ...map(settings),
    }),
    ...(disableResolveMessage === undefined ? {} : { disableResolveMessage }),
  };
}

/** Grafana would take what follows a `$` in a provisioning file from its environment. */
export function escaped(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$');
  if (Array.isArray(value)) return value.map(escaped);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, escaped(item)]));
}

/** Grafana's own, for a group of which no interval is known. */
const defaultInterval = '1m';

function ofSingleRules(rules: readonly Yaml[]): Provisioned {
  const placed = rules.map((rule, i) => ({ rule, path: [i] }));
  const groups = [
    ...Map.groupBy(placed, ({ rule }) => JSON.stringify([rule.folderUID, rule.ruleGroup])).values(),
  ];
  return {
    content: {
      apiVersion: 1,
      groups: groups.map((own) => ({
        orgId: 1,
        name: String(own[0]?.rule.ruleGroup ?? own[0]?.rule.title),
        folder: String(own[0]?.rule.folderUID ?? 'alerts'),
        interval: defaultInterval,
        rules: own.map(({ rule }) => ruleOf(rule)),
      })),
    },
    parts: groups.flatMap((own, g) => own.map(({ path }, r) => ({ at: ['groups', g, 'rules', r], path }))),
    assumed: groups.map(([first]) => ({
      path: first?.path ?? [],
      what: `its group is evaluated every ${defaultInterval}, in a folder called ${String(first?.rule.folderUID ?? 'alerts')}`,
    })),
  };
}

interface PlacedGroup {
  readonly group: Yaml;
  readonly path: Path;
}

function ofRules(groups: readonly PlacedGroup[]): Provisioned {
  return {
    content: {
      apiVersion: 1,
      groups: groups.map(({ group }) => ({
        orgId: 1,
        name: String(group.title ?? group.name),
        folder: String(group.folder ?? group.folderUid ?? 'alerts'),
        // In seconds.
        interval:
          typeof group.interval === 'number'
            ? `${group.interval}s`
            : (text(group.interval) ?? defaultInterval),
        rules: maps(group.rules).map(ruleOf),
      })),
    },
    parts: groups.flatMap(({ group, path }, g) => [
      { at: ['groups', g], path },
      ...maps(group.rules).map((_, r) => ({ at: ['groups', g, 'rules', r], path: [...path, 'rules', r] })),
    ]),
    assumed: groups.flatMap(({ group, path }) =>
      group.folder === undefined
        ? [
            {
              path,
              what: `its folder is called ${String(group.folderUid ?? 'alerts')}, and so is the label grafana_folder`,
            },
          ]
        : [],
    ),
  };
}

const ofRuler = (folders: readonly (readonly [string, unknown])[]): Provisioned =>
  ofRules(
    folders.flatMap(([folder, groups]) =>
      maps(groups).map((group, i) => ({ group: { ...group, folder }, path: [folder, i] })),
    ),
  );

/** Settings of newer versions whose value changes nothing. */
const isVoid = (key: string, value: unknown): boolean =>
  value === null || (/^keep_?firing_?for$/i.test(key) && /^0[a-z]*$/.test(String(value)));

/** A rule of the provisioning API, or of the ruler, which has most of it in `grafana_alert`. */
function ruleOf(rule: Yaml): Yaml {
  const { grafana_alert: inner, expr: _, ...outer } = rule;
  const { no_data_state, exec_err_state, is_paused, ...rest } = map(inner);
  const all: Yaml = {
    ...without(outer, dropped),
    ...without(rest, dropped),
    ...(no_data_state === undefined ? {} : { noDataState: no_data_state }),
    ...(exec_err_state === undefined ? {} : { execErrState: exec_err_state }),
    ...(is_paused === undefined ? {} : { isPaused: is_paused }),
  };
  const kept = Object.entries(all).filter(([key, value]) => !isVoid(key, value));
  return {
    ...Object.fromEntries(kept),
    for: text(all.for) ?? '0s',
    title: escaped(all.title),
    ...(all.labels === undefined ? {} : { labels: escaped(texts(all.labels)) }),
  };
}

/** The whole configuration of Grafana's Alertmanager. */
function ofAlertmanager(configuration: Yaml, templateFiles: Yaml): Provisioned {
  const { route, receivers, mute_time_intervals: mutes } = configuration;
  const at = (...path: Path): Path => ['alertmanager_config', ...path];
  const points = ofContactPoints(
    maps(receivers).flatMap((one, i) =>
      maps(one.grafana_managed_receiver_configs).map((entry, n) => ({
        entry: { ...entry, name: one.name },
        path: at('receivers', i, 'grafana_managed_receiver_configs', n),
      })),
    ),
  );
  return {
    content: {
      ...points.content,
      ...(route === undefined ? {} : { policies: [{ orgId: 1, ...without(map(route), dropped) }] }),
      ...(list(mutes).length > 0 ? { muteTimes: maps(mutes).map((one) => ({ orgId: 1, ...one })) } : {}),
      ...(Object.keys(templateFiles).length > 0
        ? {
            templates: Object.entries(templateFiles).map(([name, template]) => ({
              orgId: 1,
              name,
              template,
            })),
          }
        : {}),
    },
    parts: [
      ...points.parts,
      { at: ['policies', 0], path: at('route') },
      ...maps(mutes).map((_, i) => ({ at: ['muteTimes', i], path: at('mute_time_intervals', i) })),
      ...Object.keys(templateFiles).map((name, i) => ({
        at: ['templates', i],
        path: ['template_files', name],
      })),
    ],
    assumed: [],
  };
}
