import { formatDuration } from '../../core/duration.ts';
import { tryRead } from '../../core/errors.ts';
import { longestRange } from '../../core/logql/lengths.ts';
import { translateToPromql } from '../../core/logql/translate-to-promql.ts';
import { longestWindow } from '../../core/promql/longest-window.ts';
import { parsePromql } from '../../core/promql/parse.ts';
import { dataSources } from '../files/data-sources.ts';
import type { Files } from '../files/files.ts';
import { yamlOf } from '../files/parse-yaml.ts';
import { map, maps, ms, texts, type Yaml } from '../files/yaml.ts';
import { tickMs } from '../paced/scale-query.ts';
import { type AsPromql, grafanaExpression } from './grafana-expression.ts';
import { recordingRules } from './prometheus-rules.ts';
import { type Recordings, withoutRecordings } from './recordings.ts';
import type { LogRange, WrittenRule } from './rule.ts';

/** Through the proxy of the run, and by TLS. */
const deliveryMs = 50;

const isIn = (path: string, folder: string) =>
  path.startsWith(`grafana/provisioning/${folder}/`) && /\.ya?ml$/.test(path);

const within = (files: Files, folder: string): Yaml[] =>
  [...files].flatMap(([path, text]) => (isIn(path, folder) ? [yamlOf(text)] : []));

/** Groups of rules, with the files in which they are. */
export const groupsOf = (files: Files): [file: string, group: Yaml][] =>
  [...files].flatMap(([path, text]) =>
    isIn(path, 'alerting') ? maps(yamlOf(text).groups).map((group): [string, Yaml] => [path, group]) : [],
  );

interface Source {
  readonly type: string;
  /** How often what it stores is written. */
  readonly intervalMs: number;
}
type Sources = ReadonlyMap<string, Source>;

/** Grafana's own assumption. */
const defaultIntervalMs = 15_000;

const sourcesOf = (files: Files): Sources =>
  new Map(
    [...dataSources(files)].map(([uid, { type, jsonData }]) => [
      uid,
      { type: String(type), intervalMs: ms(map(jsonData).timeInterval) || defaultIntervalMs },
    ]),
  );

/**
 * The alerting rules of Grafana as they are written in its provisioning files.
 *
 * @param recorded the recording rules whose metrics are written out in their expressions.
 */
export function grafanaRules(files: Files, recorded = recordingRules(files)): WrittenRule[] {
  const groups = groupsOf(files);
  const sources = sourcesOf(files);
  // All of them are due at one tick as often as the slowest is, and are spread over the time till the next.
  const due = groups.reduce((sum, [, { rules }]) => sum + maps(rules).length, 0);
  return groups.flatMap(([file, group]) =>
    maps(group.rules).map((rule, index): WrittenRule => {
      const evaluationMs = Math.max(tickMs, ms(group.interval, '1m'));
      const { queryOffsetMs, ...read } = readOf(rule, sources, recorded);
      return {
        manager: 'grafana',
        ...{ file, group: String(group.name), index },
        ...read,
        forMs: ms(rule.for),
        keepFiringForMs: 0,
        evaluationMs,
        ...(evaluationMs === tickMs
          ? { evaluationSource: "Grafana's tick: 10 s, its scheduler cannot go faster" }
          : {}),
        spreadMs: ((due - 1) / due) * tickMs,
        queryOffsetMs,
        labels: {
          grafana_folder: String(group.folder ?? ''),
          ...texts(rule.labels),
          alertname: String(rule.title),
        },
        deliveryMs,
      };
    }),
  );
}

type RuleReads = Pick<WrittenRule, 'reads' | 'expr' | 'logs' | 'recordings' | 'queryOffsetMs'>;

/** What a rule reads, as one expression. */
function readOf(rule: Yaml, sources: Sources, recorded: Recordings): RuleReads {
  const data = maps(rule.data);
  const logs = new Map<string, LogRange>();
  const isLog = (uid: string) => sources.get(uid)?.type === 'loki';
  const asPromqlQuery: AsPromql = ({ model }, uid) => {
    const expr = withIntervals(String(map(model).expr).trim(), sources.get(uid));
    return isLog(uid) ? withoutLogs(expr, logs) : expr;
  };
  const text = tryRead(() =>
    grafanaExpression(String(rule.condition), data, asPromqlQuery, (metric) => logs.has(metric)),
  );
  const asked = data.filter(({ datasourceUid }) => sources.has(String(datasourceUid)));
  const reads =
    asked.length > 0 && asked.every(({ datasourceUid }) => isLog(String(datasourceUid))) ? 'logs' : 'metrics';
  if (text === undefined || !tryRead(() => parsePromql(text))) {
    return { reads, expr: longestOf(asked, sources), logs: new Map(), recordings: [], queryOffsetMs: 0 };
  }
  return { reads, logs, ...withoutRecordings(text, undefined, recorded) };
}

/** Of a rule that is not understood: an expression with nothing but the longest window of its queries. */
function longestOf(asked: readonly Yaml[], sources: Sources): string {
  const windows = asked.map(({ model, datasourceUid }) => {
    const expr = withIntervals(String(map(model).expr), sources.get(String(datasourceUid)));
    return tryRead(() => longestWindow(expr)) ?? longestRange(expr);
  });
  const longest = Math.max(0, ...windows);
  return longest > 0 ? `avg_over_time(not_understood[${formatDuration(longest)}])` : 'not_understood';
}

/** LogQL as PromQL: what it counts of log lines is a metric of its own. */
function withoutLogs(logql: string, logs: Map<string, LogRange>): string {
  const { expr, ranges } = translateToPromql(logql, logs.size);
  for (const [metric, { name, isUnwrapped, windowMs }] of ranges) {
    const per = isUnwrapped ? 'unknown' : (ofLines[name] ?? 'unknown');
    logs.set(metric, { per, windowMs });
  }
  return expr;
}

/** What range aggregations make of lines. */
const ofLines: Readonly<Record<string, LogRange['per']>> = { count_over_time: 'count', rate: 'second' };

/** What Grafana fills in for its variables; https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/ */
function withIntervals(expr: string, source: Source | undefined): string {
  const window = formatDuration(4 * (source?.intervalMs ?? defaultIntervalMs));
  return expr.replaceAll(/\$\{?__(?:rate_)?interval\}?/g, window);
}

/** The notification policy in the form of Alertmanager's configuration. */
export function policyConfig(files: Files): unknown {
  const [policy] = within(files, 'alerting').flatMap(({ policies }) => maps(policies));
  // Grafana's own, until a file has another.
  return { route: asRoute({ receiver: 'grafana-default-email', ...policy }) };
}

/** Kinds of the integrations of Grafana's contact points, by their names. */
export const grafanaReceivers = (files: Files): ReadonlyMap<string, string[]> =>
  new Map(
    within(files, 'alerting')
      .flatMap(({ contactPoints }) => maps(contactPoints))
      .map(({ name, receivers }) => [String(name), maps(receivers).map(({ type }) => String(type))]),
  );

/** A policy as an Alertmanager's route: its matchers are triples (`object_matchers`). */
export function asRoute({ object_matchers, routes, ...rest }: Yaml): Yaml {
  const triples = Array.isArray(object_matchers) ? object_matchers : [];
  const matchers = triples.map(
    ([label, operator, value]) => `${label}${operator}${JSON.stringify(String(value))}`,
  );
  return {
    ...rest,
    ...(matchers.length > 0 ? { matchers } : {}),
    ...(routes === undefined ? {} : { routes: maps(routes).map(asRoute) }),
  };
}

/** The tenant as which a Loki data source asks; `undefined` when the files do not say. */
export function lokiTenant(files: Files): string | undefined {
  for (const { type, jsonData, secureJsonData } of dataSources(files).values()) {
    if (type !== 'loki') continue;
    const header = Object.entries(map(jsonData)).find(
      ([key, name]) => /^httpHeaderName\d+$/.test(key) && String(name).toLowerCase() === 'x-scope-orgid',
    );
    const tenant = header && map(secureJsonData)[header[0].replace('Name', 'Value')];
    if (tenant !== undefined) return String(tenant);
  }
  return undefined;
}
