import { formatDuration, parseDuration } from './duration.ts';

/*
 * How Grafana queries a data source for a rule, and how it reduces the points of the response. Sources in Grafana:
 * pkg/expr/mathexp, pkg/expr/classic, pkg/tsdb/prometheus/models and pkg/services/ngalert/models/alert_query.go.
 */

/** A query as the rule has it, in the API or in a file. */
export interface RuleQuery {
  readonly refId: string;
  readonly datasourceUid: string;
  readonly queryType?: string | undefined;
  /** Seconds before the evaluation. */
  readonly relativeTimeRange?:
    | { readonly from?: number | undefined; readonly to?: number | undefined }
    | undefined;
  readonly model: Readonly<Record<string, unknown>>;
}

const ofExpressions = new Set(['__expr__', '-100']);

/** Whether a query is an expression over the results of other queries, rather than a query of a data source. */
export const isExpression = ({ datasourceUid }: Pick<RuleQuery, 'datasourceUid'>): boolean =>
  ofExpressions.has(datasourceUid);

/** Whether a query asks for a single point rather than for a range. */
const isInstant = ({ queryType, model: { instant, range, queryType: own } }: RuleQuery): boolean =>
  instant === true || own === 'instant' || (queryType === 'instant' && range !== true);

/** Grafana's defaults: the distance between points in milliseconds, and the largest number of points. */
export const defaultStepMs = 1000;
const defaultPoints = 43_200;
/** The largest number of points that Grafana requests from Prometheus. */
const safePoints = 11_000;

/** The query's own interval, in milliseconds. */
export const ownIntervalOf = ({ intervalMs }: RuleQuery['model']): number =>
  positive(intervalMs) ?? defaultStepMs;

/** The distance between the points of a range, in milliseconds, without `intervalFactor`. */
export function intervalOf(model: RuleQuery['model'], rangeMs: number): number {
  const least = lengthOf(model.interval) ?? ownIntervalOf(model);
  const asked = rangeMs / (positive(model.maxDataPoints) ?? defaultPoints);
  return Math.max(asked < least ? least : rounded(asked), rounded(rangeMs / safePoints));
}

export const stepFactor = ({ intervalFactor }: RuleQuery['model']): number => positive(intervalFactor) ?? 1;

const positive = (value: unknown): number | undefined =>
  typeof value === 'number' && value > 0 ? value : undefined;

/** Reads `15s`, `>15s`, or a number of seconds. `undefined` for a variable, an empty value and 0. */
export function lengthOf(value: unknown): number | undefined {
  const given = typeof value === 'string' ? value.replace(/[<>]/, '').trim() : `${positive(value) ?? ''}`;
  const ms = /^\d+$/.test(given) ? Number(given) * 1000 : parseDuration(given);
  return ms === 0 ? undefined : ms;
}

/** Grafana rounds a computed step: a step up to each limit becomes the length beside it. */
const steps: readonly (readonly [upTo: number, ms: number])[] = [
  ...([
    [10, 1],
    [15, 10],
    [35, 20],
    [75, 50],
    [150, 100],
    [350, 200],
    [750, 500],
  ] as const),
  ...([
    [1500, 1000],
    [3500, 2000],
    [7500, 5000],
    [12_500, 10_000],
    [17_500, 15_000],
    [25_000, 20_000],
  ] as const),
  ...([
    [45_000, 30_000],
    [90_000, 60_000],
    [210_000, 120_000],
    [450_000, 300_000],
    [750_000, 600_000],
  ] as const),
  ...([
    [1_050_000, 900_000],
    [1_500_000, 1_200_000],
    [2_700_000, 1_800_000],
    [5_400_000, 3_600_000],
  ] as const),
];
const rounded = (ms: number): number => steps.find(([upTo]) => ms <= upTo)?.[1] ?? 7_200_000;

/** Grafana's reducers with the equivalent PromQL functions. */
const functions = {
  last: 'last_over_time(',
  max: 'max_over_time(',
  min: 'min_over_time(',
  mean: 'avg_over_time(',
  avg: 'avg_over_time(',
  median: 'quantile_over_time(0.5, ',
  sum: 'sum_over_time(',
  count: 'count_over_time(',
} as const;
export type Reducer = keyof typeof functions;

const isReducer = (name: string): name is Reducer => name in functions;

/** How Grafana reduces the points of a range to one number. */
export interface Reduction {
  readonly reducer: Reducer;
  readonly windowMs: number;
  readonly stepMs: number;
}

/** The range of a query in milliseconds: 0 for a single point, ten minutes by default. */
export function rangeOf(query: RuleQuery): number {
  const { from = 600, to = 0 } = query.relativeTimeRange ?? {};
  return isInstant(query) ? 0 : Math.max(0, 1000 * (from - to));
}

/**
 * Returns how a reducer reduces a query.
 *
 * @returns `one point` if the query asks for a single point, whose value stays as it is; `unknown` for an unsupported reducer.
 */
export function reductionOf(query: RuleQuery, name: string): Reduction | 'one point' | 'unknown' {
  const windowMs = rangeOf(query);
  if (!isReducer(name)) return 'unknown';
  if (windowMs === 0) return name === 'count' ? 'unknown' : 'one point';
  const stepMs = intervalOf(query.model, windowMs) * stepFactor(query.model);
  return { reducer: name, windowMs, stepMs };
}

/** The PromQL expression that is equivalent to a reduction. */
export const reducedText = (expr: string, { reducer, windowMs, stepMs }: Reduction): string =>
  `${functions[reducer]}(${expr})[${formatDuration(windowMs)}:${formatDuration(stepMs)}])`;

/** Returns the data source's query behind a reference, which may lead through expressions. */
export function queryBehind(
  refId: string,
  by: ReadonlyMap<string, RuleQuery>,
  most = 10,
): RuleQuery | undefined {
  const query = by.get(refId);
  if (!query || most === 0) return undefined;
  if (!isExpression(query)) return query;
  const [, named] = /\$\{?(\w+)\}?/.exec(String(query.model.expression)) ?? [];
  return queryBehind(named ?? String(query.model.expression), by, most - 1);
}

/** Returns the `refId`s of the queries and expressions that an expression uses. */
export function referencesOf({ model }: RuleQuery): string[] {
  const { type, expression } = model;
  if (type === 'classic_conditions')
    return conditionsIn(model).map(({ query }) => String(query?.params?.[0]));
  if (typeof expression !== 'string') return [];
  const named = [...expression.matchAll(/\$(?:\{([^}]*)\}|(\w+))/g)].map(
    ([, braced, bare]) => braced ?? bare ?? '',
  );
  return type === 'math' || named.length > 0 ? [...new Set(named)] : [expression];
}

/** Whether a rule sums or counts the points of a query, so that their distance changes the result. */
export function areCounted(data: readonly RuleQuery[], refId: string): boolean {
  const by = new Map(data.map((query) => [query.refId, query]));
  const reduced = data
    .filter(isExpression)
    .flatMap(({ model }): [of: string, reducer: string][] =>
      model.type === 'reduce'
        ? [[String(model.expression), String(model.reducer)]]
        : conditionsIn(model).map(({ query, reducer }) => [
            String(query?.params?.[0]),
            String(reducer?.type),
          ]),
    );
  return reduced.some(
    ([of, reducer]) => /^(?:sum|count|count_non_null)$/.test(reducer) && queryBehind(of, by)?.refId === refId,
  );
}

/** A condition of Grafana's legacy alerting: it compares a query by itself. */
export interface ClassicCondition {
  readonly evaluator?: { readonly type?: string; readonly params?: readonly number[] };
  /** How the condition is joined to the conditions before it. */
  readonly operator?: { readonly type?: string };
  readonly query?: { readonly params?: readonly string[] };
  readonly reducer?: { readonly type?: string };
}

/** The conditions of a classic expression, or of a threshold. */
export const conditionsIn = ({ conditions }: RuleQuery['model']): readonly ClassicCondition[] =>
  Array.isArray(conditions) ? (conditions as ClassicCondition[]) : [];
