import { type Document, isMap } from 'yaml';
import { formatDuration, parseDuration } from '../../core/duration.ts';
import { badInput, messageOf, type Problem } from '../../core/errors.ts';
import { paceExpression } from '../../core/promql/scale.ts';
import { withStandInOrigin } from '../../core/receivers/origins.ts';
import { alertmanagerKinds } from '../../core/receivers/receivers.ts';
import { readYaml } from '../files/read-yaml.ts';
import { changeValues, fits, type Path } from '../files/walk-yaml.ts';
import { configureEnv } from './configure-env.ts';
import { configureGrafana } from './configure-grafana.ts';
import { configureJson } from './configure-json.ts';
import { defaults, durationPaths, expressionPaths, listenPaths, type Paths } from './configured-paths.ts';
import type { Languages } from './query-language.ts';
import type { RewriteAddresses } from './rewrite-addresses.ts';

/*
 * The one step between a configuration file as it is written and as a run uses it. It changes two things
 * only: addresses (`pod:port` and origins such as https://hooks.slack.com become what they are in this run)
 * and durations (divided by the pace). Comments and everything else stay as they are.
 */

/**
 * @param listenHost what a component listens on in this run; without it, what is written stays.
 * @param languages of Grafana's data sources.
 * @throws FiredrillError `bad-input` with every fault of the file.
 */
export function configure(
  file: string,
  text: string,
  factor: number,
  rewriteAddresses: RewriteAddresses,
  listenHost?: string,
  languages?: Languages,
): string {
  if (file.startsWith('grafana/')) return configureGrafana(file, text, factor, rewriteAddresses, languages);
  if (file.endsWith('.env')) return configureEnv(file, text, factor, rewriteAddresses);
  if (file.endsWith('.json')) return configureJson(file, text, rewriteAddresses);
  if (!/\.ya?ml$/.test(file)) return text;
  const document = readYaml(file, text);
  for (const [path, value] of defaults.find((row) => row.file.test(file))?.values ?? []) {
    writeDefault(file, document, path, value);
  }
  if (/^alertmanager\/alertmanager\.ya?ml$/.test(file)) pointAtReceivers(file, document);
  const problems: Problem[] = [];
  changeValues(document, (value, at) => {
    if (typeof value !== 'string') return value;
    try {
      if (matches(file, at, durationPaths)) return scaleDuration(value, factor);
      if (matches(file, at, expressionPaths)) return paceExpression(value, factor);
      if (listenHost !== undefined && matches(file, at, listenPaths)) return listenHost;
      return rewriteAddresses(value);
    } catch (error) {
      problems.push({ where: `${file}: ${at.join('.')}`, message: messageOf(error) });
      return value;
    }
  });
  if (problems.length > 0) throw badInput(...problems);
  return document.toString({ lineWidth: 0 });
}

/**
 * Leads every notifier to an emulated receiver: a webhook whatever its host, and one without an address of its own, which
 * would take Alertmanager's built-in one, the vendor's.
 */
function pointAtReceivers(file: string, document: Document): void {
  for (const { alertmanager } of alertmanagerKinds) {
    const { global, builtIn } = alertmanager.address;
    if (global && builtIn) writeDefault(file, document, ['global', global], builtIn);
  }
  const anywhere = alertmanagerKinds.filter(({ hosts }) => hosts.length === 0);
  changeValues(document, (value, at) => {
    const kind = anywhere.find(({ alertmanager: { key, address } }) =>
      fits(`receivers.*.${key}.*.${address.setting}`, at),
    );
    return kind && typeof value === 'string' ? withStandInOrigin(kind.name, value) : value;
  });
}

/** @param path of a setting in a part of the file, which may be empty. */
function writeDefault(file: string, document: Document, path: readonly string[], value: string): void {
  const [part = ''] = path;
  if (document.contents === null || !isMap(document.contents) || document.hasIn(path)) return;
  const found = document.contents.get(part);
  if (found === undefined) document.contents.delete(part);
  else if (!isMap(found))
    throw badInput({ where: `${file}: ${part}`, message: 'expected a map (key: value)' });
  document.setIn(path, document.createNode(value));
}

export function scaleDuration(text: string, factor: number): string {
  const ms = parseDuration(text);
  if (ms === undefined) throw new Error(`"${text}" is no duration; expected one such as 15s or 2m`);
  return ms === 0 ? text : formatDuration(Math.max(1, ms / factor));
}

const matches = (file: string, at: Path, table: Paths): boolean =>
  table.some((row) => row.file.test(file) && row.paths.some((path) => fits(path, at)));
