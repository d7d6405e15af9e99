import type { UsedFiles } from '../../configuration/files/files.ts';
import { ms, texts } from '../../configuration/files/yaml.ts';
import { routeOf } from '../../configuration/routes/route.ts';
import { grafanaRules, policyConfig } from '../../configuration/rules/grafana-rules.ts';
import { placedRules } from '../../configuration/rules/prometheus-rules.ts';
import type { LogRange, WrittenRule } from '../../configuration/rules/rule.ts';
import { burnRateConditionsOf } from '../../core/promql/burn-rate-conditions.ts';
import { conditionsOf } from '../../core/promql/conditions.ts';
import { longestOffset } from '../../core/promql/longest-offset.ts';
import { longestWindow } from '../../core/promql/longest-window.ts';
import { selectorsOf } from '../../core/promql/selectors-of.ts';

/** How long after a change the states of an alert may still follow from what was before it. Milliseconds. */
export interface Reach {
  /** Those that the rule sets, as it is written. */
  readonly labels: Readonly<Record<string, string>>;
  /** The longest window of the rule, and what an offset adds to it. */
  readonly backMs: number;
  /** The part of `backMs` for which an alert may end by itself while its fault lasts. */
  readonly endsByItselfMs: number;
  readonly evaluationMs: number;
  readonly forMs: number;
  readonly keepFiringForMs: number;
  /** The longest of its routes. */
  readonly groupIntervalMs: () => number;
}

/** Comparisons with an earlier day or week look further back than a drill lasts: such an offset does not count. */
export const longestOffsetMs = 15 * 60_000;

/** What counts of the window of a burn rate, and of any window that is longer than an hour. At real pace. */
const countedWindowMs = 15 * 60_000;
const longestWindowMs = 60 * 60_000;

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

/**
 * A ratio of failures over a window only rises while the fault lasts. So an alert on burn rates cannot end by itself when
 * its long windows have filled, and of each of its conditions only the shortest window counts.
 *
 * @param back how far an expression looks back, with the recording rules that it reads.
 * @returns `undefined` if the alert also depends on something else than burn rates.
 */
function burnRateWindowMs(expr: string, back: (expr: string) => number, factor: number): number | undefined {
  const conditions = burnRateConditionsOf(expr);
  const ratios = conditions.reduce((sum, condition) => sum + condition.ratios.length, 0);
  const needed = conditionsOf(expr).filter(({ kind }) => !['and', 'or', 'vector'].includes(kind));
  if (ratios === 0 || ratios !== needed.length) return undefined;
  const shortest = conditions.map((condition) => Math.min(...condition.ratios.map(({ text }) => back(text))));
  return Math.min(countedWindowMs / factor, ...shortest);
}

/**
 * How long the fault is held for the windows of an alert on burn rates, in milliseconds.
 *
 * @param expr with recorded series written out.
 * @returns `undefined` for any other alert, whose fault is held for its longest window.
 */
export const heldWindowMs = (expr: string, factor: number): number | undefined =>
  burnRateWindowMs(expr, (part) => lookBackMs(part, noLogs, longestOffsetMs / factor), factor);

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
  const all = [...prometheusReaches(files, factor), ...grafanaReaches(files, factor)];
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

function looksBack(
  expr: string,
  back: (expr: string) => number,
  factor: number,
): Pick<Reach, 'backMs' | 'endsByItselfMs'> {
  const backMs = back(expr);
  // A drill does not last for the days that such a window remembers.
  const counted = backMs > longestWindowMs / factor ? countedWindowMs / factor : backMs;
  return { backMs, endsByItselfMs: burnRateWindowMs(expr, back, factor) ?? counted };
}

const alertmanagerFile = 'alertmanager/alertmanager.yml';

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
  const routes = files.yaml(alertmanagerFile);
  return rules
    .filter(({ rule }) => rule.alert !== undefined)
    .map(({ rule, evaluationMs }) => ({
      alert: String(rule.alert),
      labels: texts(rule.labels),
      ...looksBack(String(rule.expr), (expr) => back(expr), factor),
      evaluationMs,
      forMs: ms(rule.for),
      keepFiringForMs: ms(rule.keep_firing_for),
      groupIntervalMs: () =>
        files.has(alertmanagerFile)
          ? groupIntervalOf(routes, { alertname: String(rule.alert), ...texts(rule.labels) })
          : 0,
    }));
}

function grafanaReaches(files: UsedFiles, factor: number): Named[] {
  return grafanaRules(files).map(({ expr, logs, evaluationMs, forMs, keepFiringForMs, labels }) => ({
    alert: labels.alertname ?? '',
    labels,
    // No offset of Grafana's rules counts.
    ...looksBack(expr, (part) => lookBackMs(part, logs, 0), factor),
    evaluationMs,
    forMs,
    keepFiringForMs,
    groupIntervalMs: () => groupIntervalOf(policyConfig(files), labels),
  }));
}

const groupIntervalOf = (config: unknown, labels: Readonly<Record<string, string>>): number =>
  Math.max(0, ...routeOf(config, labels).map(({ groupIntervalMs }) => groupIntervalMs));
