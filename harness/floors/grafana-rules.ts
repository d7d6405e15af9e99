import { type Arm, armsOf, type RuleQuery, textOfArm } from '../../core/grafana-condition.ts';
import { longestWindow } from '../../core/promql/longest-window.ts';
import { ratioThreshold } from '../../core/promql/ratio-threshold.ts';
import { aggregationsOf } from '../../signals/readers/logql.ts';
import { tickMs } from '../../stacks/grafana/scale-query.ts';
import type { UsedFiles } from '../floors.ts';
import type { WrittenRule } from './rule.ts';
import { list, map, ms, parsed, texts, type Yaml } from './yaml.ts';

/** Through the proxy of the run, and by TLS. */
const deliveryMs = 50;

const within = (files: UsedFiles, folder: string): Yaml[] =>
  [...files].flatMap(([path, text]) =>
    path.startsWith(`grafana/provisioning/${folder}/`) && /\.ya?ml$/.test(path) ? [parsed(text)] : [],
  );

const groupsOf = (files: UsedFiles): Yaml[] =>
  within(files, 'alerting').flatMap(({ groups }) => list(groups));

/** Types of the data sources by their uids. */
const sourcesOf = (files: UsedFiles): Map<string, string> =>
  new Map(
    within(files, 'datasources')
      .flatMap(({ datasources }) => list(datasources))
      .map(({ uid, type }) => [String(uid), String(type)]),
  );

/** An alerting rule of Grafana's as it is written in its provisioning files. */
export function grafanaRule(files: UsedFiles, alert: string): WrittenRule | undefined {
  const groups = groupsOf(files);
  for (const group of groups) {
    const rule = list(group.rules).find((candidate) => candidate.title === alert);
    if (!rule) continue;
    const evaluationMs = Math.max(tickMs, ms(group.interval, '1m'));
    // All of them are due at one tick as often as the slowest is, and are spread over the time till the next.
    const due = groups.reduce((sum, { rules }) => sum + list(rules).length, 0);
    return {
      manager: 'grafana',
      ...windowOf(armsOf(String(rule.condition), list(rule.data).map(queryOf)), sourcesOf(files)),
      forMs: ms(rule.for),
      keepFiringForMs: 0,
      evaluationMs,
      ...(evaluationMs === tickMs
        ? { evaluationSource: "Grafana's tick: 10 s, its scheduler cannot go faster" }
        : {}),
      spreadMs: ((due - 1) / due) * tickMs,
      queryOffsetMs: 0,
      labels: { alertname: alert, grafana_folder: String(group.folder ?? ''), ...texts(rule.labels) },
      deliveryMs,
    };
  }
  return undefined;
}

const queryOf = ({ refId, datasourceUid, model }: Yaml): RuleQuery => ({
  refId: String(refId),
  datasourceUid: String(datasourceUid),
  model: map(model),
});

function windowOf(
  arms: readonly Arm[],
  sources: ReadonlyMap<string, string>,
): Pick<WrittenRule, 'reads' | 'windowMs' | 'threshold' | 'hitsNeeded'> {
  const each = arms.map((arm) =>
    sources.get(arm.datasourceUid) === 'loki' ? logWindow(arm) : metricWindow(arm),
  );
  const [longest] = each.toSorted((a, b) => b.windowMs - a.windowMs);
  return longest ?? { reads: 'metrics', windowMs: 0 };
}

function metricWindow(arm: Arm): Pick<WrittenRule, 'reads' | 'windowMs' | 'threshold'> {
  const threshold = ratioThreshold(textOfArm(arm));
  return {
    reads: 'metrics',
    windowMs: longestWindow(arm.expr),
    ...(threshold === undefined ? {} : { threshold }),
  };
}

/** A rule that counts lines: how many it needs follows from its threshold. */
function logWindow({ expr, threshold }: Arm): Pick<WrittenRule, 'reads' | 'windowMs' | 'hitsNeeded'> {
  const [counted] = aggregationsOf(expr);
  const { name = '', windowMs = 0 } = counted ?? {};
  const window = { reads: 'logs', windowMs } as const;
  if (name === 'count_over_time') return { ...window, hitsNeeded: Math.floor(threshold) + 1 };
  if (name === 'rate') return { ...window, hitsNeeded: Math.floor((threshold * windowMs) / 1000) + 1 };
  return window;
}

/** The notification policy in the form of Alertmanager's configuration. */
export function policyConfig(files: UsedFiles): unknown {
  const [policy] = within(files, 'alerting').flatMap(({ policies }) => list(policies));
  return { route: policy ? asRoute(policy) : {} };
}

/** A policy as an Alertmanager's route: its matchers are triples (`object_matchers`). */
export function asRoute({ object_matchers, routes, ...rest }: Yaml): Yaml {
  const triples = Array.isArray(object_matchers) ? object_matchers : [];
  const matchers = triples.map(
    ([label, operator, value]) => `${label}${operator}${JSON.stringify(String(value))}`,
  );
  return {
    ...rest,
    ...(matchers.length > 0 ? { matchers } : {}),
    ...(routes === undefined ? {} : { routes: list(routes).map(asRoute) }),
  };
}

/** The tenant as which a Loki data source asks; `undefined` when the files do not say. */
export function lokiTenant(files: UsedFiles): string | undefined {
  const sources = within(files, 'datasources').flatMap(({ datasources }) => list(datasources));
  for (const { type, jsonData, secureJsonData } of sources) {
    if (type !== 'loki') continue;
    const header = Object.entries(map(jsonData)).find(
      ([key, name]) => /^httpHeaderName\d+$/.test(key) && String(name).toLowerCase() === 'x-scope-orgid',
    );
    const tenant = header && map(secureJsonData)[header[0].replace('Name', 'Value')];
    if (tenant !== undefined) return String(tenant);
  }
  return undefined;
}
