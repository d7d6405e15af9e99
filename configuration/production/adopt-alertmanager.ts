import { posix } from 'node:path';
import { type Document, isMap, isScalar, type Pair, type YAMLMap } from 'yaml';
import { type Path, pathText } from '../../core/path.ts';
import { alertmanagerKinds } from '../../core/receivers/receivers.ts';
import { mainPair, metaPair } from '../files/pairs.ts';
import type { Place } from '../files/place.ts';
import { leadsOut } from '../files/read-files.ts';
import { eachValue, fits } from '../files/walk-yaml.ts';
import { list, type Yaml } from '../files/yaml.ts';
import type { Adopting } from './adopting.ts';
import { adoptManifests, type Manifests } from './alertmanager-manifests.ts';
import { madeUp, settingOf } from './made-up.ts';
import { markFiles, mayBeMain, takeMainFile } from './main-file.ts';
import { adoptNewerNotifiers } from './newer-notifiers.ts';
import { filledIn, isNeverSent, placeholdersIn, restoreActions, type Syntax } from './placeholders.ts';

/**
 * Makes of Alertmanager's files such as a drill can use: files in Kubernetes resources are taken out of them, and what
 * only production has, such as files with secrets, certificates and proxies, is replaced or left out.
 *
 * @param isFilledIn whether the user says that something replaces variables before Alertmanager reads the file.
 */
export function adoptAlertmanager(adopting: Adopting, isFilledIn = false): void {
  for (const { alertmanager } of [mainPair, metaPair]) {
    const main = `${alertmanager}/alertmanager.yml`;
    const actions = markFiles(adopting, adopting.pathsIn(alertmanager).filter(mayBeMain));
    const manifests = adoptManifests(adopting, alertmanager);
    takeOtherName(adopting, main);
    adoptNewerNotifiers(adopting, main);
    adopting.change(main, (document, place) => {
      const context: Context = { adopting, document, place, actions, folder: alertmanager };
      takeSecrets(context, manifests);
      leaveOutConnections(context);
      fillIn(context, { ...manifests, isFilledIn });
      leadAddresses(context);
      findTemplates(context);
      leaveOutTracing(context);
    });
  }
}

interface Context {
  readonly adopting: Adopting;
  readonly document: Document;
  readonly place: Place;
  /** What marks in the file stand for. */
  readonly actions: ReadonlyMap<string, string>;
  readonly folder: string;
}

/** The operator, and others, call the file `alertmanager.yaml`; it comes before any other name. */
function takeOtherName(adopting: Adopting, main: string): void {
  const other = main.replace(/yml$/, 'yaml');
  const isRoutes = (config: Yaml) => config.route !== undefined && config.receivers !== undefined;
  takeMainFile(adopting, main, 'Alertmanager', isRoutes, adopting.isOwn(other) ? other : undefined);
}

/** The kind of receiver to which a setting belongs, and the setting, for a path of Alertmanager's file. */
function kindAt(at: Path): readonly [kind: string, setting: string] {
  const key = String(at.findLast((one) => typeof one === 'string'));
  const found = at[0] === 'receivers' ? /^(.+)_configs$/.exec(String(at[2]))?.[1] : undefined;
  return settingOf(found ?? '', key);
}

/** Puts the value in the place of each file that holds one. */
function takeSecrets({ adopting, document, place, folder }: Context, { mounted }: Manifests): void {
  for (const { at, key, value } of eachValue(document.toJS())) {
    if (!/_file$/.test(key) || typeof value !== 'string' || isTls(at)) continue;
    const setting = key.replace(/_file$/, '');
    const parent = document.getIn(at.slice(0, -1));
    // Alertmanager refuses a setting that is there twice.
    if (!isMap(parent) || parent.has(setting)) continue;
    const beside = adopting.texts.get(posix.join(folder, value))?.trim();
    const known = beside ?? mounted(value.split('/').slice(-2).join('/'));
    const [kind, own] = kindAt([...at.slice(0, -1), setting]);
    rename(parent, key, setting, typed(own, known ?? madeUp(kind, own, `file ${value}`)));
    adopting.list(place.to(...at), {
      what: `${setting} with ${known === undefined ? 'a made-up value' : 'the content of the file'} in its place`,
      why:
        known === undefined
          ? 'the file is not here'
          : 'a drill writes values into its copy of the configuration',
    });
  }
}

const isTls = (at: Path): boolean => at.some((key) => /tls_config$/.test(String(key)));

function rename(parent: YAMLMap, key: string, to: string, value: string | number): void {
  const pair = parent.items.find((one): one is Pair => isScalar(one.key) && one.key.value === key);
  if (!pair || !isScalar(pair.key)) return;
  pair.key.value = to;
  parent.set(to, value);
}

/** Telegram's chats are numbers. */
const typed = (setting: string, value: string): string | number =>
  /chat_?id$/.test(setting) && /^-?\d+$/.test(value) ? Number(value) : value;

/** Settings of connections that lead to production's machines or ask for its files, and why a drill has none. */
const connections: readonly (readonly [RegExp, string])[] = [
  [/^(smtp_)?tls_config$/, 'a drill reaches its receivers without certificates of production'],
  [
    /^(proxy_url|no_proxy|proxy_from_environment|proxy_connect_header)$/,
    'a drill reaches its receivers without a proxy',
  ],
  [/^oauth2$/, 'a drill asks nobody for tokens'],
];

function leaveOutConnections({ adopting, document, place }: Context): void {
  for (const { at, key } of eachValue(document.toJS())) {
    const [, why] = connections.find(([pattern]) => pattern.test(key)) ?? [];
    const isSetting = ['global', 'receivers'].includes(String(at[0]));
    if (why === undefined || !isSetting || !document.hasIn(at)) continue;
    document.deleteIn(at);
    adopting.list(place.to(...at), { what: 'left out', why });
  }
  for (const { at, key, value } of eachValue(document.toJS())) {
    if (key !== 'files' || String(at.at(-3)) !== 'http_headers') continue;
    const values = list(value).map((file) => madeUp('', 'header', `file ${String(file)}`));
    document.deleteIn(at);
    document.setIn([...at.slice(0, -1), 'values'], document.createNode(values));
    adopting.list(place.to(...at), { what: 'made-up values', why: 'the files are not here' });
  }
}

/** Settings of which Alertmanager would not take a placeholder, so that something must have replaced it before. */
function mustBeFilledIn(at: Path, value: string, index: number): boolean {
  const [, setting] = kindAt(at);
  if (/chat_?id$/.test(setting)) return true;
  if (/^smarthost$/.test(setting)) return !/:\d+$/.test(value);
  const isAddress = /(^|_)url$/.test(setting) && !/^(client|title|icon|image|thumb)/.test(setting);
  return isAddress && index === 0;
}

/** Settings that are no texts; without them Alertmanager takes its default. */
const untyped =
  /^(send_resolved|require_tls|link_names|short_fields|max_alerts|timeout|resolve_timeout|update_alerts|.*_tls)$/;

function fillIn(
  { adopting, document, place, actions }: Context,
  { isReloaded, isFilledIn }: Manifests & { readonly isFilledIn: boolean },
): void {
  const found = eachValue(document.toJS()).flatMap(({ at, value }) => {
    const placeholders = typeof value === 'string' ? placeholdersIn(value) : [];
    return placeholders.length > 0 && typeof value === 'string' ? [{ at, value, placeholders }] : [];
  });
  const filled = new Set<Syntax>([
    ...(isFilledIn ? (['variable', 'reloader'] as const) : []),
    ...(isReloaded ? (['reloader'] as const) : []),
    ...found.flatMap(({ at, value, placeholders }) =>
      placeholders
        .filter((one) => isNeverSent(one) || mustBeFilledIn(at, value, one.index))
        .map(({ syntax }) => syntax),
    ),
  ]);
  for (const { at, value, placeholders } of found) {
    const isOfReceivers = ['global', 'receivers'].includes(String(at[0]));
    const isName = at.at(-1) === 'receiver' && at[0] === 'route';
    const isFilled = placeholders.every(({ syntax }) => filled.has(syntax));
    if (!isFilled || !(isOfReceivers || isName)) {
      // What decides where an alert goes cannot be made up.
      document.setIn(at, restoreActions(value, actions));
      continue;
    }
    const [kind, setting] = kindAt(at);
    const isRedacted = placeholders.some(({ syntax }) => syntax === 'redacted');
    if (untyped.test(setting)) document.deleteIn(at);
    else
      document.setIn(at, typed(setting, filledIn(value, kind, setting, isRedacted ? pathText(at) : value)));
    const written = placeholders.map(({ text }) => restoreActions(text.trim(), actions)).join(', ');
    adopting.list(place.to(...at), {
      what: untyped.test(setting)
        ? `left out, with ${written} in it`
        : `a made-up value in the place of ${written}`,
      why: isRedacted
        ? 'an export has it in the place of a secret'
        : 'something fills it in before Alertmanager reads the file',
    });
  }
}

/** Addresses of what takes the same messages as a vendor, such as Mattermost for Slack's, are the vendor's in a drill. */
function leadAddresses({ adopting, document, place }: Context): void {
  for (const { hosts, anywhere, alertmanager } of alertmanagerKinds) {
    const { key, address, fixedAddress } = alertmanager;
    if (!address || anywhere || hosts.length === 0) continue;
    const kind = key.replace(/_configs$/, '');
    for (const { at, value } of eachValue(document.toJS())) {
      const isShared = at.length === 2 && at[0] === 'global' && at[1] === address.global;
      const isOwn = fits(`receivers.*.${key}.*.${address.setting}`, at);
      const url = typeof value === 'string' ? URL.parse(value) : null;
      if (!(isShared || isOwn) || url === null || !isElsewhere(url, hosts)) continue;
      // With this setting the address is not used.
      const fixed = fixedAddress?.setting;
      if (isOwn && fixed !== undefined && document.hasIn([...at.slice(0, -1), fixed])) continue;
      const instead = madeUp(kind, address.setting, url.href);
      if (!hosts.includes(URL.parse(instead)?.hostname ?? '')) continue;
      document.setIn(at, instead);
      adopting.list(place.to(...at), {
        what: `an address of ${hosts[0]} in the place of ${url.host}`,
        why: `in a drill the emulated receiver takes what is sent there in the form of ${kind}`,
      });
    }
  }
}

const isElsewhere = (url: URL, hosts: readonly string[]): boolean =>
  !hosts.includes(url.hostname) && /^https?:$/.test(url.protocol);

/** A setting of newer versions, for traces of Alertmanager itself. */
function leaveOutTracing({ adopting, document, place }: Context): void {
  if (!document.has('tracing')) return;
  document.delete('tracing');
  adopting.list(place.to('tracing'), {
    what: 'left out',
    why: 'traces of Alertmanager itself would leave the stack',
  });
}

/** Templates are looked for beside the file: production's absolute paths are those of its machine. */
function findTemplates({ adopting, document, place, folder }: Context): void {
  const files = adopting.pathsIn(folder).filter((path) => !/\.ya?ml$/.test(path));
  const patterns = list(document.toJS().templates);
  const found = patterns.map((pattern, index) => {
    if (typeof pattern !== 'string' || !leadsOut(pattern)) return [pattern];
    const name = globOf(posix.basename(pattern));
    const own = files.filter((path) => name.test(posix.basename(path)));
    if (own.length === 0 && !pattern.includes('*')) return [pattern];
    const beside = own.map((path) => posix.relative(folder, path));
    adopting.list(place.to('templates', index), {
      what:
        beside.length > 0 ? `${beside.join(', ')} in its place` : 'left out: no file beside this one matches',
      why: 'a drill reads no files of the machine itself',
    });
    return beside;
  });
  if (found.some((own, i) => own[0] !== patterns[i] || own.length !== 1))
    document.set('templates', document.createNode([...new Set(found.flat())]));
}

const globOf = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .split('*')
      .map((part) => RegExp.escape(part))
      .join('[^/]*')}$`,
  );
