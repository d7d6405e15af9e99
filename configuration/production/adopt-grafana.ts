import { hash } from 'node:crypto';
import { posix } from 'node:path';
import { type Document, isSeq, stringify } from 'yaml';
import { tryRead } from '../../core/errors.ts';
import { isExpression } from '../../core/grafana-query.ts';
import { parseLogql } from '../../core/logql/parse.ts';
import { parsePromql } from '../../core/promql/parse.ts';
import { closestName } from '../../core/similar-names.ts';
import { isProvisioned } from '../files/grafana-folders.ts';
import { orEmpty } from '../files/parse-yaml.ts';
import { Place, wholeOf } from '../files/place.ts';
import { eachValue } from '../files/walk-yaml.ts';
import { map, maps, text, type Yaml } from '../files/yaml.ts';
import type { Adopting } from './adopting.ts';
import { provisioningOf } from './grafana-exports.ts';
import { madeUp, madeUpWord } from './made-up.ts';
import { entriesOf, resourcesIn } from './manifests.ts';
import { titleOf } from './only-resource.ts';

const root = 'grafana/provisioning';

/**
 * Makes of Grafana's files such as a drill can use: exports of its API become provisioning files, data sources lead to the
 * drill's own back ends wherever they led, and what an export hides is made up.
 */
export function adoptGrafana(adopting: Adopting): void {
  for (const path of adopting.pathsIn('grafana')) openManifest(adopting, path);
  for (const path of adopting.pathsIn('grafana')) provision(adopting, path);
  const files = adopting
    .pathsIn('grafana')
    .filter((path) => isProvisioned(path) && path.startsWith(`${root}/`));
  giveWay(adopting, files);
  const undrillable = new Map<string, string>();
  for (const path of files)
    adopting.change(path, (document, place) => {
      leadDataSources(adopting, document, place, undrillable);
      fillInContactPoints(adopting, document, place);
      leaveOutNewer(adopting, document, place);
      findDashboards(adopting, document, place);
    });
  const known = new Set(
    [...adopting.texts].flatMap(([path, content]) =>
      path.startsWith(`${root}/datasources/`)
        ? maps(orEmpty(content).datasources).map(({ uid }) => String(uid))
        : [],
    ),
  );
  const made = new Map<string, Backend>();
  for (const path of files)
    adopting.change(path, (document, place) =>
      askBackends(adopting, document, place, { known, undrillable, made }),
    );
  if (made.size > 0) addDataSources(adopting, made);
  for (const path of adopting.pathsIn('grafana'))
    if (path.endsWith('.json') && !isProvisioned(path)) adoptDashboard(adopting, path);
}

/** Grafana takes one tree of policies: the user's, in the place of that of the project. */
function giveWay(adopting: Adopting, files: readonly string[]): void {
  const own = new Set(files);
  const has = (path: string, key: string) => maps(orEmpty(adopting.texts.get(path))[key]).length > 0;
  if (!files.some((path) => has(path, 'policies'))) return;
  for (const path of [...adopting.texts.keys()])
    if (path.startsWith(`${root}/alerting/`) && !own.has(path) && has(path, 'policies'))
      adopting.remove(path);
}

/** What Grafana knows without any file. */
const builtIn = /^(grafana|default|__expr__|-- .* --)$/;

/** Takes a dashboard out of an export; its panels ask data sources of the drill, or stay empty. */
function adoptDashboard(adopting: Adopting, path: string): void {
  const exported = map(parsed(adopting.texts.get(path) ?? ''));
  const isResource = exported.kind === 'Dashboard' && exported.spec !== undefined;
  const inner = isResource ? 'spec' : exported.dashboard === undefined ? undefined : 'dashboard';
  const place = adopting.place(path);
  const sources = [...adopting.texts].flatMap(([file, content]) =>
    file.startsWith(`${root}/datasources/`) ? maps(orEmpty(content).datasources) : [],
  );
  const known = new Set(sources.flatMap(({ uid, name }) => [String(uid), String(name)]));
  const other = new Set<string>();
  const led = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(led);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, child]) => {
        const source = text(child) ?? text(map(child).uid);
        const isKnown =
          source === undefined || source.includes('$') || builtIn.test(source) || known.has(source);
        if (key !== 'datasource' || isKnown) return [key, led(child)];
        other.add(source);
        const type = backends[String(map(child).type)];
        const instead = sources.find((one) => one.type === type);
        return [key, instead ? { type, uid: instead.uid } : '-- Grafana --'];
      }),
    );
  };
  const next = led(inner === undefined ? exported : exported[inner]);
  if (inner === undefined && other.size === 0) return;
  const [whole] = adopting.partsOf(path);
  const parts = whole ? [inner === undefined ? whole : { ...whole, path: [...whole.path, inner] }] : [];
  adopting.put(path, `${JSON.stringify(next, undefined, 2)}\n`, place.file, parts);
  if (inner !== undefined)
    adopting.list(place.to(inner), {
      what: 'read as the dashboard',
      why: 'an export has it inside of others',
    });
  if (other.size > 0)
    adopting.list(place, {
      what: `panels that ask ${[...other].join(', ')} ask a data source of the drill of the same type, or nothing`,
      why: 'no file has these data sources',
    });
}

/**
 * Settings of newer versions without which this Grafana does the same, or resolves a series that is gone at another
 * evaluation.
 */
function leaveOutNewer(adopting: Adopting, document: Document, place: Place): void {
  maps(document.toJS().groups).forEach((group, g) => {
    maps(group.rules).forEach((rule, r) => {
      for (const [key, value] of Object.entries(rule)) {
        const at = ['groups', g, 'rules', r, key];
        const isZero = /^keep_?firing_?for$/i.test(key) && /^0[a-z]*$/.test(String(value));
        const isEvals = /^missing_?series_?evals_?to_?resolve$/i.test(key);
        if (!(isZero || isEvals)) continue;
        document.deleteIn(at);
        // The default of newer versions, and what this one does.
        if (isEvals && value !== null && Number(value) !== 2)
          adopting.list(place.to(...at), {
            what: `left out: a series that is gone is resolved after 2 evaluations, not ${String(value)}`,
            why: 'the Grafana of the drill (10.0) does not know it',
          });
      }
    });
  });
}

/** The files in ConfigMaps and Secrets, from which production mounts them. */
function openManifest(adopting: Adopting, path: string): void {
  if (!/\.(?:ya?ml|json)$/.test(path)) return;
  const resources = resourcesIn(adopting.place(path).file, adopting.texts.get(path) ?? '');
  if (resources.length === 0) return;
  adopting.remove(path);
  for (const resource of resources) {
    const place = new Place(resource.written.file, resource.written.text, [
      ...resource.written.path,
      ...['metadata', 'name'],
    ]);
    const entries = ['ConfigMap', 'Secret'].includes(resource.kind) ? entriesOf(resource) : [];
    if (entries.length === 0)
      adopting.list(place, {
        what: `left out (${resource.kind})`,
        why: 'Grafana does not read the resource itself',
      });
    for (const { key, content, written } of entries) {
      const folder = folderFor(content, key);
      if (folder === undefined) continue;
      const to = `${root}/${folder}/${resource.name}-${key}`;
      if (adopting.isOwn(to) && adopting.texts.get(to) !== content)
        adopting.refuse(
          place,
          `${key} of ${titleOf(resource)} and ${adopting.place(to).file} would be the same file ${to}`,
          'keep the one that production reads, or give the resources different names if it reads both',
        );
      adopting.put(to, content, written.file, [{ ...written, at: [] }]);
      adopting.list(place, {
        what: `read as ${to}`,
        why: `production mounts the file from this ${resource.kind}`,
      });
    }
  }
}

/** The folder of the provisioning to which a file belongs, by what it holds. */
function folderFor(content: string, name: string): string | undefined {
  const config = orEmpty(content);
  if (name.endsWith('.json') && (Array.isArray(config.panels) || config.schemaVersion !== undefined))
    return 'dashboards';
  if (Array.isArray(config.datasources)) return 'datasources';
  if (Array.isArray(config.providers)) return 'dashboards';
  const isAlerting = ['groups', 'contactPoints', 'policies', 'muteTimes', 'templates'].some(
    (key) => key in config,
  );
  return isAlerting || provisioningOf(parsed(content)) ? 'alerting' : undefined;
}

const parsed = (content: string): unknown => {
  try {
    return JSON.parse(content);
  } catch {
    return orEmpty(content);
  }
};

/** Makes a provisioning file of an export, and moves what is beside the provisioning to where Grafana looks for it. */
function provision(adopting: Adopting, path: string): void {
  const content = adopting.texts.get(path) ?? '';
  if (!/\.(?:ya?ml|json)$/.test(path)) return;
  const exported = provisioningOf(parsed(content));
  const isBeside = !path.startsWith(`${root}/`);
  if (!exported && !isBeside) {
    if (path.endsWith('.json')) asYaml(adopting, path, content);
    return;
  }
  const folder = folderFor(content, path);
  if (folder === undefined) return;
  const place = adopting.place(path);
  const name = isBeside ? posix.relative('grafana', path).replaceAll('/', '-') : posix.basename(path);
  const to = `${root}/${folder}/${exported ? freeName(adopting, `${root}/${folder}`, name) : name}`;
  const own = adopting.partsOf(path);
  const [whole = wholeOf(place.file, content)] = own;
  adopting.remove(path);
  if (exported) {
    const parts = exported.parts.map(({ at, path: from }) => ({
      ...whole,
      at,
      path: [...whole.path, ...from],
    }));
    adopting.put(to, stringify(exported.content, quoted), place.file, [whole, ...parts]);
    for (const { path: from, what } of exported.assumed)
      adopting.list(place.to(...from), { what, why: 'the export does not say it' });
  } else adopting.put(to, content, place.file, own);
  adopting.list(place, {
    what: `read as ${to}`,
    why: exported ? 'an export of the API is no provisioning file' : 'Grafana reads its provisioning there',
  });
}

const quoted = { lineWidth: 0, defaultKeyType: 'PLAIN', defaultStringType: 'QUOTE_DOUBLE' } as const;

/** `rules.json` → `rules.yaml`, or `rules-2.yaml` if that is there. */
function freeName(adopting: Adopting, folder: string, name: string): string {
  const stem = name.replace(/\.\w+$/, '');
  const names = [`${stem}.yaml`, ...Array.from({ length: 50 }, (_, i) => `${stem}-${i + 2}.yaml`)];
  return names.find((one) => one === name || !adopting.texts.has(`${folder}/${one}`)) ?? `${stem}.yaml`;
}

/** Alert rules as JSON, in which a run can change values as in YAML. */
function asYaml(adopting: Adopting, path: string, content: string): void {
  if (!path.startsWith(`${root}/alerting/`) || typeof parsed(content) !== 'object') return;
  const { file } = adopting.place(path);
  const parts = adopting.partsOf(path);
  adopting.remove(path);
  const to = `${root}/alerting/${freeName(adopting, `${root}/alerting`, posix.basename(path))}`;
  adopting.put(to, stringify(parsed(content), quoted), file, parts);
}

/** A back end of a drill that Grafana can ask. */
type Backend = 'prometheus' | 'loki' | 'tempo';

const urls: Readonly<Record<Backend, string>> = {
  prometheus: 'http://prometheus:9090',
  loki: 'http://loki:3100',
  tempo: 'http://tempo:3200',
};

/** Types of data sources that ask what Prometheus, Loki or Tempo answer. */
const backends: Readonly<Record<string, Backend>> = {
  prometheus: 'prometheus',
  'grafana-amazonprometheus-datasource': 'prometheus',
  'grafana-azureprometheus-datasource': 'prometheus',
  loki: 'loki',
  tempo: 'tempo',
};
const selfContained = /^(grafana-)?testdata(-datasource)?$/;

/** Settings about the queries; others say how production's back end is reached. */
const aboutQueries =
  /^(timeInterval|httpMethod|queryTimeout|maxLines|derivedFields|traces?To\w+|exemplarTraceIdDestinations|nodeGraph|serviceMap|search|manageAlerts|defaultEditor|disableMetricsLookup|cacheLevel|incrementalQuerying|customQueryParameters|prometheusType|prometheusVersion|lokiSearch|spanBar)$/;

function leadDataSources(
  adopting: Adopting,
  document: Document,
  place: Place,
  undrillable: Map<string, string>,
): void {
  const sources = document.get('datasources');
  if (!isSeq(sources)) return;
  const entries = maps(document.toJS().datasources);
  if (document.has('prune')) document.delete('prune');
  const own = new Set(adopting.pathsIn('grafana'));
  const others = [...adopting.texts].flatMap(([path, content]) =>
    path.startsWith(`${root}/datasources/`) && !own.has(path) ? maps(orEmpty(content).datasources) : [],
  );
  entries.toReversed().forEach((source, reversed) => {
    const i = entries.length - 1 - reversed;
    const at = place.to('datasources', i);
    const { name, type } = source;
    const uid = text(source.uid) ?? uidOf(String(name));
    const isTest = selfContained.test(String(type));
    const backend = backends[String(type)];
    if (backend === undefined && !isTest) {
      undrillable.set(uid, String(type));
      sources.delete(i);
      adopting.list(at, {
        what: `left out, and the rules that ask it`,
        why: `a drill has no data source of the type ${String(type)}`,
      });
      return;
    }
    if (text(source.uid) === undefined) document.setIn(['datasources', i, 'uid'], uid);
    // The project's own data sources have names, and one of them is the default.
    if (source.isDefault === true && others.some((other) => other.isDefault === true)) {
      document.deleteIn(['datasources', i, 'isDefault']);
      adopting.list(at.to('isDefault'), {
        what: 'left out',
        why: 'the default is the data source of the shop',
      });
    }
    if (others.some((other) => other.name === name && other.uid !== uid)) {
      document.setIn(['datasources', i, 'name'], `${String(name)} (${uid})`);
      adopting.list(at.to('name'), {
        what: `called ${String(name)} (${uid})`,
        why: 'the shop has one of that name',
      });
    }
    if (backend === undefined || String(source.url).replace(/\/$/, '') === urls[backend]) return;
    const now = map(maps(document.toJS().datasources)[i]);
    sources.set(i, document.createNode(ledTo(adopting, backend, { ...now, uid })));
    adopting.list(at.to('url'), {
      what: `leads to the drill's ${urls[backend]}`,
      why: 'the uid stays, and a drill has back ends of its own',
    });
  });
}

/** Grafana's uid of a data source that has none: https://github.com/grafana/grafana/blob/main/pkg/services/provisioning/datasources/types.go */
const uidOf = (name: string): string => `P${hash('sha256', name).slice(0, 16).toUpperCase()}`;

function ledTo(adopting: Adopting, backend: Backend, source: Yaml): Yaml {
  const { orgId, name, uid, isDefault, editable, jsonData } = source;
  const tenant = backend === 'loki' ? tenantOf(adopting) : undefined;
  const settings = {
    ...Object.fromEntries(Object.entries(map(jsonData)).filter(([key]) => aboutQueries.test(key))),
    ...(tenant === undefined ? {} : { httpHeaderName1: 'X-Scope-OrgID' }),
  };
  const kept = { orgId, name, uid, isDefault, editable };
  return {
    ...Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)),
    ...{ type: backend, access: 'proxy', url: urls[backend] },
    ...(Object.keys(settings).length > 0 ? { jsonData: settings } : {}),
    ...(tenant === undefined ? {} : { secureJsonData: { httpHeaderValue1: tenant } }),
  };
}

/** The tenant as which the Collectors send log lines. */
function tenantOf(adopting: Adopting): string | undefined {
  const found = [...adopting.texts].flatMap(([path, content]) => {
    const own = path.startsWith('collector/')
      ? /X-Scope-OrgID["']?\s*:\s*["']?([\w-]+)/i.exec(content)
      : null;
    return own?.[1] === undefined ? [] : [own[1]];
  });
  return found[0];
}

/** What Grafana takes from its environment or from files, and what an export has in the place of a secret. */
const hidden = /^\s*\[REDACTED\]\s*$|\$__\w+\{[^}]*\}|\$\{\w+\}|\$[A-Za-z_]\w*/g;

function fillInContactPoints(adopting: Adopting, document: Document, place: Place): void {
  maps(document.toJS().contactPoints).forEach((point, i) => {
    maps(point.receivers).forEach((receiver, n) => {
      const path = ['contactPoints', i, 'receivers', n, 'settings'];
      for (const { at, key, value } of eachValue(receiver.settings)) {
        if (typeof value !== 'string') continue;
        const escapes = value.replaceAll('$$', '\0\0');
        const found = escapes.match(hidden);
        if (!found) continue;
        const isRedacted = value.includes('[REDACTED]');
        const identity = isRedacted ? `${String(point.name)} ${n} ${at.join('.')}` : value;
        const isWhole = found.length === 1 && found[0] === escapes;
        const known = receiver.type === 'telegram' && key === 'bottoken' ? botTokenOf(adopting) : undefined;
        const next = isWhole
          ? (known ?? madeUp(String(receiver.type), key, identity))
          : escapes.replace(hidden, (one) => madeUpWord(one)).replaceAll('\0\0', '$$$$');
        document.setIn([...path, ...at], next);
        adopting.list(place.to(...path, ...at), {
          what: `a made-up value in the place of ${found.map((one) => one.trim()).join(', ')}`,
          why: isRedacted
            ? 'an export does not show secrets'
            : 'Grafana takes it from its environment or from a file',
        });
      }
    });
  });
}

/** The token that the emulated Telegram accepts. */
const botTokenOf = (adopting: Adopting): string | undefined =>
  text(orEmpty(adopting.texts.get('receivers/telegram.yml')).bot_token);

/** Folders of dashboards at paths of production's machine. */
function findDashboards(adopting: Adopting, document: Document, place: Place): void {
  const providers = document.get('providers');
  if (!isSeq(providers)) return;
  maps(document.toJS().providers).forEach((provider, i) => {
    const { path, folder } = map(provider.options);
    const given = text(path) ?? text(folder);
    if (given !== undefined && /^\$(GF_PATHS_PROVISIONING|\{GF_PATHS_PROVISIONING\})(\/|$)/.test(given))
      return;
    const at = ['providers', i, 'options', text(path) === undefined ? 'folder' : 'path'];
    document.setIn(
      ['providers', i, 'options'],
      document.createNode({ ...map(provider.options), path: '$GF_PATHS_PROVISIONING/dashboards' }),
    );
    adopting.list(place.to(...at), {
      what: 'dashboards are those of the folder provisioning/dashboards',
      why: 'a drill reads no files of the machine itself',
    });
  });
}

interface Sources {
  readonly known: ReadonlySet<string>;
  /** Types by uid of the data sources that a drill has not. */
  readonly undrillable: ReadonlyMap<string, string>;
  /** Data sources that no file has, by uid. */
  readonly made: Map<string, Backend>;
}

/** Leads each rule to a data source of the drill. A rule without a suitable data source is left out. */
function askBackends(adopting: Adopting, document: Document, place: Place, sources: Sources): void {
  const groups = document.get('groups');
  if (!isSeq(groups)) return;
  const content = maps(document.toJS().groups);
  content.toReversed().forEach((group, reversedGroup) => {
    const g = content.length - 1 - reversedGroup;
    const rules = maps(group.rules);
    rules.toReversed().forEach((rule, reversed) => {
      const r = rules.length - 1 - reversed;
      const why = maps(rule.data)
        .map((query) => unaskable(query, sources))
        .find((one) => one !== undefined);
      if (why === undefined) return;
      document.deleteIn(['groups', g, 'rules', r]);
      adopting.listRule(String(rule.title), place.to('groups', g, 'rules', r), why);
    });
    const rest = document.getIn(['groups', g, 'rules']);
    if (rules.length > 0 && isSeq(rest) && rest.items.length === 0) groups.delete(g);
  });
}

/** Why a drill cannot ask a query; `undefined` if it can. */
function unaskable(
  { datasourceUid, model }: Yaml,
  { known, undrillable, made }: Sources,
): string | undefined {
  const uid = text(datasourceUid) ?? text(map(map(model).datasource).uid);
  if (uid === undefined || isExpression({ datasourceUid: uid }) || known.has(uid)) return undefined;
  // A misspelt uid is told where rules are checked.
  if (!undrillable.has(uid) && closestName(uid, [...known]) !== undefined) return undefined;
  const type = undrillable.get(uid) ?? text(map(map(model).datasource).type);
  const backend = type === undefined ? languageBackend(map(model).expr) : backends[type];
  if (backend === undefined || undrillable.has(uid))
    return `it asks the data source ${uid}${type === undefined ? ', whose type no file tells' : ` of the type ${type}, which a drill has not`}`;
  made.set(uid, backend);
  return undefined;
}

function languageBackend(expr: unknown): Backend | undefined {
  if (typeof expr !== 'string') return undefined;
  const plain = expr.replace(/\$\{?__\w+\}?/g, '1m');
  if (tryRead(() => parsePromql(plain))) return 'prometheus';
  return tryRead(() => parseLogql(plain)) ? 'loki' : undefined;
}

/** Data sources that rules name by uid and no file has: production has made them otherwise. */
function addDataSources(adopting: Adopting, made: ReadonlyMap<string, Backend>): void {
  const path = `${root}/datasources/of-rules.yaml`;
  const content = {
    apiVersion: 1,
    datasources: [...made].map(([uid, backend]) => ledTo(adopting, backend, { name: uid, uid })),
  };
  const text = stringify(content, quoted);
  adopting.put(path, text, path, [wholeOf(path, text)]);
  for (const [uid, backend] of made)
    adopting.list(adopting.place(path), {
      what: `the data source ${uid} was added; it leads to the drill's ${urls[backend]}`,
      why: 'rules ask it, and no file has it',
    });
}
