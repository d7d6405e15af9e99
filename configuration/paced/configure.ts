import { type Document, isMap, isScalar, isSeq, visit, type YAMLMap } from 'yaml';
import { formatDuration, parseDuration } from '../../core/duration.ts';
import { messageOf } from '../../core/errors.ts';
import type { Path } from '../../core/path.ts';
import type { Problems } from '../../core/problems.ts';
import { paceExpression } from '../../core/promql/scale.ts';
import type { AlertmanagerNotifier } from '../../core/receivers/kind.ts';
import { mailOrigin, withStandInOrigin } from '../../core/receivers/origins.ts';
import { asObject } from '../../core/receivers/protocol.ts';
import { alertmanagerKinds, kindOfAlertmanager } from '../../core/receivers/receivers.ts';
import { plainPath } from '../files/pairs.ts';
import { readYaml } from '../files/read-yaml.ts';
import { changeValues, fits } from '../files/walk-yaml.ts';
import { configureEnv } from './configure-env.ts';
import { configureGrafana } from './configure-grafana.ts';
import { configureJson } from './configure-json.ts';
import { defaults, durationPaths, expressionPaths, listenPaths, type Paths } from './configured-paths.ts';
import type { Paced, Source } from './source.ts';

/*
 * The one step between a configuration file as it is written and as a run uses it. It changes two things
 * only: addresses (`pod:port` and origins such as https://hooks.slack.com become what they are in this run)
 * and durations (divided by the pace). Comments and everything else stay as they are.
 */

/**
 * @param problems gets every fault of the file; what is at fault stays as it is written.
 * @returns `undefined` of a file that cannot be read at all.
 */
export function configure(source: Source, paced: Paced, problems: Problems): string | undefined {
  const { path, text, place } = source;
  const file = plainPath(path);
  const { factor, rewriteAddresses, listenHost, outOfOrderMs } = paced;
  if (file.startsWith('grafana/')) return configureGrafana(source, paced, problems);
  if (file.endsWith('.env')) return configureEnv(source, paced, problems);
  if (file.endsWith('.json')) return configureJson(source, paced, problems);
  if (!/\.ya?ml$/.test(file)) return text;
  const document = problems.read(() => readYaml(path, text, place));
  if (!document) return undefined;
  for (const [path, value] of defaults.find((row) => row.file.test(file))?.values ?? []) {
    writeDefault(source, document, path, value, problems);
  }
  if (/^alertmanager\/alertmanager\.ya?ml$/.test(file)) pointAtReceivers(source, document, paced, problems);
  if (/^prometheus\/prometheus\.ya?ml$/.test(file) && outOfOrderMs !== undefined)
    acceptOlderSamples(source, document, outOfOrderMs, problems);
  const keep = /^prometheus\/prometheus\.ya?ml$/.test(file)
    ? [labelsAsWritten(document), instancesAsWritten(document)]
    : [];
  changeValues(document, (value, at) => {
    if (typeof value !== 'string') return value;
    try {
      if (matches(file, at, durationPaths)) return scaleDuration(value, factor);
      if (matches(file, at, expressionPaths)) return paceExpression(value, factor);
      if (listenHost !== undefined && matches(file, at, listenPaths)) return listenHost;
      if (isMailServer(file, at)) return rewriteAddresses(mailOrigin).replace('http://', '');
      return rewriteAddresses(value);
    } catch (error) {
      problems.add(place.to(...at).problem(messageOf(error)));
      return value;
    }
  });
  for (const asWritten of keep) asWritten();
  return document.toString({ lineWidth: 0 });
}

/**
 * Prometheus makes the label `instance` of a target from its address, unless something else sets it. Rules, routes and
 * silences name the address as written.
 *
 * @returns sets the label of each target whose address has been rewritten since.
 */
function instancesAsWritten(document: Document): () => void {
  const groups = items(document.get('scrape_configs')).flatMap((job) => {
    const relabelling = JSON.stringify(job.get('relabel_configs') ?? '');
    // What the user makes of the address decides.
    if (/"(?:instance|__address__)"/.test(relabelling)) return [];
    const own = job.get('static_configs');
    return isSeq(own) ? items(own).map((group) => ({ all: own, group, written: targetsOf(group) })) : [];
  });
  return () => {
    for (const { all, group, written } of groups) {
      const used = targetsOf(group);
      if (group.hasIn(['labels', 'instance']) || used.every((target, i) => target === written[i])) continue;
      const each = used.map((target, i) => {
        const one = group.clone() as typeof group;
        one.set('targets', [target]);
        one.setIn(['labels', 'instance'], written[i]);
        return one;
      });
      all.items.splice(all.items.indexOf(group), 1, ...each);
    }
  };
}

/**
 * Labels of targets are what the series have, also where one looks like an address. `__param_…` is asked for, and led to the
 * address in the run.
 *
 * @returns puts them back.
 */
function labelsAsWritten(document: Document): () => void {
  const all = items(document.get('scrape_configs')).flatMap((job) =>
    items(job.get('static_configs')).flatMap((group) => {
      const labels = group.get('labels');
      return isMap(labels) ? labels.items : [];
    }),
  );
  const kept = all.flatMap(({ key, value }) =>
    isScalar(value) && !/^__(?!meta_)/.test(String(isScalar(key) ? key.value : key))
      ? [[value, value.value] as const]
      : [],
  );
  return () => {
    for (const [scalar, value] of kept) scalar.value = value;
  };
}

const mailServers = alertmanagerKinds
  .filter(({ smtp }) => smtp)
  .flatMap(({ alertmanager: { key, address } }) =>
    address ? [`receivers.*.${key}.*.${address.setting}`, `global.${address.global}`] : [],
  );

const isMailServer = (file: string, at: Path): boolean =>
  /^alertmanager\/alertmanager\.ya?ml$/.test(file) && mailServers.some((path) => fits(path, at));

const items = (list: unknown): YAMLMap[] => (isSeq(list) ? list.items.filter((item) => isMap(item)) : []);

function targetsOf(group: YAMLMap): string[] {
  const targets = group.get('targets');
  return isSeq(targets) ? targets.items.map((item) => String(isScalar(item) ? item.value : item)) : [];
}

/**
 * Leads every notifier to an emulated receiver: a webhook whatever its host, unless a component of the stack takes it, and
 * one without an address of its own, which would take Alertmanager's built-in one, the vendor's.
 */
function pointAtReceivers(
  source: Source,
  document: Document,
  { webhooks }: Pick<Paced, 'webhooks'>,
  problems: Problems,
): void {
  visit(document, {
    Pair(_, { key, value }) {
      const kind = isScalar(key) ? kindOfAlertmanager(String(key.value)) : undefined;
      if (kind)
        for (const entry of items(value))
          pointAtReceiver(source, document, kind.alertmanager, entry, problems);
    },
  });
  const anywhere = alertmanagerKinds.filter((kind) => kind.anywhere && !kind.smtp);
  changeValues(document, (value, at) => {
    const kind = anywhere.find(
      ({ alertmanager: { key, address } }) =>
        address &&
        (fits(`receivers.*.${key}.*.${address.setting}`, at) || fits(`global.${address.global}`, at)),
    );
    if (!kind || typeof value !== 'string' || webhooks?.has(URL.parse(value)?.host ?? '')) return value;
    return withStandInOrigin(kind.name, value);
  });
}

/** Writes into one notifier, or into `global`, what Alertmanager would assume or ask for by itself. */
function pointAtReceiver(
  source: Source,
  document: Document,
  { address: { setting, global, builtIn } = { setting: '' }, fixedAddress, madeUp }: AlertmanagerNotifier,
  entry: YAMLMap,
  problems: Problems,
): void {
  if (builtIn && global) writeDefault(source, document, ['global', global], builtIn, problems);
  else if (builtIn && !entry.has(setting)) entry.set(setting, document.createNode(builtIn));
  // Only the run's proxy leads the vendor's own address to an emulated receiver.
  if (fixedAddress && (fixedAddress.setting === undefined || entry.has(fixedAddress.setting)))
    entry.setIn(['http_config', 'proxy_from_environment'], true);
  for (const [name, value] of Object.entries(madeUp?.(asObject(entry.toJSON()) ?? {}) ?? {}))
    entry.set(name, document.createNode(value));
}

/** Where Prometheus' file says how much older than the newest a written sample may be; undivided by the pace. */
const outOfOrderPath = ['storage', 'tsdb', 'out_of_order_time_window'] as const;

/** An own window that is longer stays. */
function acceptOlderSamples(source: Source, document: Document, windowMs: number, problems: Problems): void {
  const window = formatDuration(windowMs);
  if (!document.hasIn(outOfOrderPath)) writeDefault(source, document, outOfOrderPath, window, problems);
  else if ((parseDuration(String(document.getIn(outOfOrderPath))) ?? 0) < windowMs)
    document.setIn(outOfOrderPath, window);
}

/** @param path of a setting in parts of the file, which may be empty. */
function writeDefault(
  { place }: Source,
  document: Document,
  path: readonly string[],
  value: string,
  problems: Problems,
): void {
  if (document.contents === null || !isMap(document.contents) || document.hasIn(path)) return;
  for (let depth = 1; depth < path.length; depth++) {
    const part = path.slice(0, depth);
    const found = document.getIn(part);
    if (isMap(found)) continue;
    if (found !== undefined && found !== null) {
      problems.add(place.to(...part).problem('expected a map (key: value)'));
      return;
    }
    document.deleteIn(part);
    break;
  }
  document.setIn(path, document.createNode(value));
}

export function scaleDuration(text: string, factor: number): string {
  const ms = parseDuration(text);
  if (ms === undefined) throw new Error(`"${text}" is no duration; expected one such as 15s or 2m`);
  return ms === 0 ? text : formatDuration(Math.max(1, ms / factor));
}

const matches = (file: string, at: Path, table: Paths): boolean =>
  table.some((row) => row.file.test(file) && row.paths.some((path) => fits(path, at)));
