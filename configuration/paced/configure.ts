import { type Document, isMap, isScalar, isSeq, type Node, visit } from 'yaml';
import { formatDuration, parseDuration } from '../../core/duration.ts';
import { badInput, messageOf, type Problem } from '../../core/errors.ts';
import { paceExpression } from '../../core/promql/scale.ts';
import { atStandIn } from '../../core/receivers/origins.ts';
import { alertmanagerKinds } from '../../core/receivers/receivers.ts';
import { readYaml } from '../files/read-yaml.ts';
import { configureEnv } from './configure-env.ts';
import { configureGrafana } from './configure-grafana.ts';
import { configureJson } from './configure-json.ts';
import { defaults, durationPaths, expressionPaths, listenPaths, type Paths } from './configured-paths.ts';
import type { RewriteAddresses } from './rewrite-addresses.ts';

/*
 * The one step between a configuration file as it is written and as a run uses it. It changes two things
 * only: addresses (`pod:port` and origins such as https://hooks.slack.com become what they are in this run)
 * and durations (divided by the pace). Comments and everything else stay as they are.
 */

export { parseEnv } from './configure-env.ts';

/**
 * @param listenHost what a component listens on in this run; without it, what is written stays.
 * @throws FiredrillError `bad-input` with every fault of the file.
 */
export function configure(
  file: string,
  text: string,
  factor: number,
  rewriteAddresses: RewriteAddresses,
  listenHost?: string,
): string {
  if (file.startsWith('grafana/')) return configureGrafana(file, text, factor, rewriteAddresses);
  if (file.endsWith('.env')) return configureEnv(file, text, factor, rewriteAddresses);
  if (file.endsWith('.json')) return configureJson(file, text, rewriteAddresses);
  if (!/\.ya?ml$/.test(file)) return text;
  const document = readYaml(file, text);
  for (const [path, value] of defaults.find((row) => row.file.test(file))?.values ?? []) {
    writeDefault(file, document, path, value);
  }
  if (/^alertmanager\/alertmanager\.ya?ml$/.test(file)) pointAtReceivers(file, document);
  const problems: Problem[] = [];
  const change = (path: string, value: string, to: (text: string) => string): string => {
    try {
      return to(value);
    } catch (error) {
      problems.push({ where: `${file}: ${path}`, message: messageOf(error) });
      return value;
    }
  };
  eachString(document, (path, value) => {
    let next = value;
    if (matches(file, path, durationPaths)) next = change(path, next, (text) => scaleDuration(text, factor));
    else if (matches(file, path, expressionPaths))
      next = change(path, next, (text) => paceExpression(text, factor));
    else if (listenHost !== undefined && matches(file, path, listenPaths)) next = listenHost;
    else next = change(path, next, rewriteAddresses);
    return next;
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
  eachString(document, (path, value) => {
    const kind = anywhere.find(({ alertmanager: { key, address } }) =>
      fits(['receivers', '*', key, '*', address.setting], path.split('.')),
    );
    return kind ? atStandIn(kind.name, value) : value;
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

function eachString(document: Document, change: (path: string, value: string) => string): void {
  visit(document, {
    Scalar(key, node, ancestors) {
      if (key === 'key' || typeof node.value !== 'string') return;
      const next = change(pathOf(node, ancestors as Node[]), node.value);
      if (next !== node.value) node.value = next;
    },
  });
}

function pathOf(node: Node, ancestors: readonly Node[]): string {
  const chain = [...ancestors, node];
  const path: string[] = [];
  chain.forEach((parent, i) => {
    const child = chain[i + 1];
    if (isSeq(parent)) path.push(String(parent.items.indexOf(child as Node)));
    // In a map the chain goes map → pair → value.
    if (isMap(parent)) {
      const pair = parent.items.find((item) => (item as unknown) === child);
      // A key that was set from here is the text itself.
      path.push(String(isScalar(pair?.key) ? pair.key.value : pair?.key));
    }
  });
  return path.join('.');
}

const matches = (file: string, path: string, table: Paths): boolean =>
  table.some((row) => row.file.test(file) && row.paths.some((p) => fits(p.split('.'), path.split('.'))));

function fits(pattern: readonly string[], path: readonly string[]): boolean {
  const [head, ...rest] = pattern;
  if (head === undefined) return path.length === 0;
  if (head === '**') return path.some((_, i) => fits(rest, path.slice(i))) || fits(rest, path);
  return path.length > 0 && (head === '*' || head === path[0]) && fits(rest, path.slice(1));
}
