import type { UsedFiles } from '../../configuration/files/files.ts';
import { ms, texts } from '../../configuration/files/yaml.ts';
import { routeOf } from '../../configuration/routes/route.ts';
import { grafanaRules, policyConfig } from '../../configuration/rules/grafana-rules.ts';
import { placedRules } from '../../configuration/rules/prometheus-rules.ts';
import type { LogRange, WrittenRule } from '../../configuration/rules/rule.ts';
import { longestOffset } from '../../core/promql/longest-offset.ts';
import { longestWindow } from '../../core/promql/longest-window.ts';
import { selectorsOf } from '../../core/promql/selectors-of.ts';

/** How long after a change the states of an alert may still follow from what was before it. Milliseconds. */
export interface Reach {
  /** The longest window of the rule, and what an offset adds to it. */
  readonly backMs: number;
  readonly evaluationMs: number;
  readonly forMs: number;
  readonly keepFiringForMs: number;
  /** The longest of its routes. */
  readonly groupIntervalMs: () => number;
}

/** Comparisons with an earlier day or week look further back than a drill lasts: such an offset does not count. */
export const longestOffsetMs = 15 * 60_000;

/**
 * How far an expression looks back: its longest window, of series or log lines, and its longest offset.
 *
 * @param upToMs an offset longer than this does not count.
 */
function lookBackMs(expr: string, logs: ReadonlyMap<string, LogRange>, upToMs: number): number {
  const offset = longestOffset(expr);
  const ranges = [...logs.values()].map(({ windowMs }) => windowMs);
  // A range of log lines may be inside another range. Both then add up.
  return longestWindow(expr) + Math.max(0, ...ranges) + (offset <= upToMs ? offset : 0);
}

const noLogs: ReadonlyMap<string, LogRange> = new Map();

/** How long after a change a rule still sees what was before it, whatever its offset, up to the evaluation that does. */
export const seenForMs = ({ expr, logs, recordings, evaluationMs }: WrittenRule): number =>
  lookBackMs(expr, logs, Number.POSITIVE_INFINITY) +
  recordings.reduce((sum, recording) => sum + recording.evaluationMs, evaluationMs);

/**
 * The reach of every alerting rule, by the alert's name; several rules may share it.
 *
 * @param files configuration as used.
 * @param factor of the pace.
 */
export function reachesOf(files: UsedFiles, factor: number): ReadonlyMap<string, readonly Reach[]> {
  const last = known.get(files);
  if (last?.factor === factor) return last.reaches;
  const all = [...prometheusReaches(files, factor), ...grafanaReaches(files)];
  const reaches = Map.groupBy(all, ({ alert }) => alert);
  known.set(files, { factor, reaches });
  return reaches;
}

/** Asked for at every look of a wait. */
const known = new WeakMap<
  UsedFiles,
  { readonly factor: number; readonly reaches: ReadonlyMap<string, readonly Reach[]> }
>();

type Named = Reach & { readonly alert: string };

function prometheusReaches(files: UsedFiles, factor: number): Named[] {
  const rules = placedRules(files);
  const recorded = Map.groupBy(
    rules.filter(({ rule }) => rule.record !== undefined),
    ({ rule }) => String(rule.record),
  );
  /** What a recording rule looks back on is part of what its reader looks back on. */
  const back = (expr: string, seen: readonly string[] = []): number => {
    const own = lookBackMs(expr, noLogs, longestOffsetMs / factor);
    const read = selectorsOf(expr)
      .filter(({ metric }) => !seen.includes(metric))
      .flatMap(({ metric }) =>
        (recorded.get(metric) ?? []).map(
          ({ rule, evaluationMs }) => evaluationMs + back(String(rule.expr), [...seen, metric]),
        ),
      );
    return own + Math.max(0, ...read);
  };
  const routes = files.yaml('alertmanager/alertmanager.yml');
  return rules
    .filter(({ rule }) => rule.alert !== undefined)
    .map(({ rule, evaluationMs }) => ({
      alert: String(rule.alert),
      backMs: back(String(rule.expr)),
      evaluationMs,
      forMs: ms(rule.for),
      keepFiringForMs: ms(rule.keep_firing_for),
      groupIntervalMs: () =>
        groupIntervalOf(routes, { alertname: String(rule.alert), ...texts(rule.labels) }),
    }));
}

function grafanaReaches(files: UsedFiles): Named[] {
  return grafanaRules(files).map(({ expr, logs, evaluationMs, forMs, keepFiringForMs, labels }) => ({
    alert: labels.alertname ?? '',
    // No offset of Grafana's rules counts.
    backMs: lookBackMs(expr, logs, 0),
    evaluationMs,
    forMs,
    keepFiringForMs,
    groupIntervalMs: () => groupIntervalOf(policyConfig(files), labels),
  }));
}

const groupIntervalOf = (config: unknown, labels: Readonly<Record<string, string>>): number =>
  Math.max(0, ...routeOf(config, labels).map(({ groupIntervalMs }) => groupIntervalMs));
