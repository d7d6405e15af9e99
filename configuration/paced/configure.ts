import { type Document, isMap } from 'yaml';
import { formatDuration, parseDuration } from '../../core/duration.ts';
import { messageOf } from '../../core/errors.ts';
import type { Path } from '../../core/path.ts';
import type { Problems } from '../../core/problems.ts';
import { paceExpression } from '../../core/promql/scale.ts';
import { withStandInOrigin } from '../../core/receivers/origins.ts';
import { alertmanagerKinds } from '../../core/receivers/receivers.ts';
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
  const { path: file, text, place } = source;
  const { factor, rewriteAddresses, listenHost, outOfOrderMs } = paced;
  if (file.startsWith('grafana/')) return configureGrafana(source, paced, problems);
  if (file.endsWith('.env')) return configureEnv(source, paced, problems);
  if (file.endsWith('.json')) return configureJson(source, paced, problems);
  if (!/\.ya?ml$/.test(file)) return text;
  const document = problems.read(() => readYaml(file, text, place));
  if (!document) return undefined;
  for (const [path, value] of defaults.find((row) => row.file.test(file))?.values ?? []) {
    writeDefault(source, document, path, value, problems);
  }
  if (/^alertmanager\/alertmanager\.ya?ml$/.test(file)) pointAtReceivers(source, document, paced, problems);
  if (/^prometheus\/prometheus\.ya?ml$/.test(file) && outOfOrderMs !== undefined)
    acceptOlderSamples(source, document, outOfOrderMs, problems);
  changeValues(document, (value, at) => {
    if (typeof value !== 'string') return value;
    try {
      if (matches(file, at, durationPaths)) return scaleDuration(value, factor);
      if (matches(file, at, expressionPaths)) return paceExpression(value, factor);
      if (listenHost !== undefined && matches(file, at, listenPaths)) return listenHost;
      return rewriteAddresses(value);
    } catch (error) {
      problems.add(place.to(...at).problem(messageOf(error)));
      return value;
    }
  });
  return document.toString({ lineWidth: 0 });
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
  for (const { alertmanager } of alertmanagerKinds) {
    const { global, builtIn } = alertmanager.address;
    if (global && builtIn) writeDefault(source, document, ['global', global], builtIn, problems);
  }
  const anywhere = alertmanagerKinds.filter(({ hosts }) => hosts.length === 0);
  changeValues(document, (value, at) => {
    const kind = anywhere.find(({ alertmanager: { key, address } }) =>
      fits(`receivers.*.${key}.*.${address.setting}`, at),
    );
    if (!kind || typeof value !== 'string' || webhooks?.has(URL.parse(value)?.host ?? '')) return value;
    return withStandInOrigin(kind.name, value);
  });
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
