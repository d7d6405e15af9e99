import { formatDuration, parseDuration } from './duration.ts';

/*
 * What Grafana asks of a data source for a rule, and what it makes of the points that come back: pkg/expr/mathexp,
 * pkg/expr/classic, pkg/tsdb/prometheus/models and pkg/services/ngalert/models/alert_query.go.
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

/** Whether it reckons with what other queries gave, and asks no data source. */
export const isExpression = ({ datasourceUid }: Pick<RuleQuery, 'datasourceUid'>): boolean =>
  ofExpressions.has(datasourceUid);

/** Whether it asks for one point, and not for those of a range. */
const isInstant = ({ queryType, model: { instant, range, queryType: own } }: RuleQuery): boolean =>
  instant === true || own === 'instant' || (queryType === 'instant' && range !== true);

/** Grafana's own assumptions where a rule says nothing: how far points are apart, and how many there are at most. */
export const defaultStepMs = 1000;
const defaultPoints = 43_200;
/** Most points for which Prometheus is asked. */
const safePoints = 11_000;

/** The interval that a query says by itself, in milliseconds. */
export const ownIntervalOf = ({ intervalMs }: RuleQuery['model']): number =>
  positive(intervalMs) ?? defaultStepMs;

/** How far the points of a range are apart, in milliseconds; without `intervalFactor`. */
export function intervalOf(model: RuleQuery['model'], rangeMs: number): number {
  const least = lengthOf(model.interval) ?? ownIntervalOf(model);
  const asked = rangeMs / (positive(model.maxDataPoints) ?? defaultPoints);
  return Math.max(asked < least ? least : rounded(asked), rounded(rangeMs / safePoints));
}

export const stepFactor = ({ intervalFactor }: RuleQuery['model']): number => positive(intervalFactor) ?? 1;

const positive = (value: unknown): number | undefined =>
  typeof value === 'number' && value > 0 ? value : undefined;

/** `15s`, `>15s`, and `15` of seconds; of a variable or nothing, none. */
export function lengthOf(value: unknown): number | undefined {
  const given = typeof value === 'string' ? value.replace(/[<>]/, '').trim() : `${positive(value) ?? ''}`;
  const ms = /^\d+$/.test(given) ? Number(given) * 1000 : parseDuration(given);
  return ms === 0 ? undefined : ms;
}

/** Grafana rounds a step that it computed to one that reads well: up to each limit, to the length beside it. */
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

/** What one number of the points of a range is: its functions by their names in Grafana, and in PromQL. */
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

/** How the points of a range become one number. */
export interface Reduction {
  readonly reducer: Reducer;
  readonly windowMs: number;
  readonly stepMs: number;
}

/** Milliseconds of the range for which a query asks, 0 of one point; ten minutes where a rule says nothing. */
export function rangeOf(query: RuleQuery): number {
  const { from = 600, to = 0 } = query.relativeTimeRange ?? {};
  return isInstant(query) ? 0 : Math.max(0, 1000 * (from - to));
}

/**
 * What a reducer makes of a query.
 *
 * @returns `one point`: the query asks for no more, and it stays as it is; `unknown`: for a reducer of another kind.
 */
export function reductionOf(query: RuleQuery, name: string): Reduction | 'one point' | 'unknown' {
  const windowMs = rangeOf(query);
  if (!isReducer(name)) return 'unknown';
  if (windowMs === 0) return name === 'count' ? 'unknown' : 'one point';
  const stepMs = intervalOf(query.model, windowMs) * stepFactor(query.model);
  return { reducer: name, windowMs, stepMs };
}

/** What a reduction makes of an expression, in the form of PromQL. */
export const reducedText = (expr: string, { reducer, windowMs, stepMs }: Reduction): string =>
  `${functions[reducer]}(${expr})[${formatDuration(windowMs)}:${formatDuration(stepMs)}])`;

/** The query of a data source behind a reference, through what expressions make of it. */
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

/** Whether a rule adds up the points of a query, or counts them: it then says how far they are apart. */
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

/** The form of the alerts that Grafana had before: each condition compares a query itself. */
export interface ClassicCondition {
  readonly evaluator?: { readonly type?: string; readonly params?: readonly number[] };
  /** How it is joined to those before it. */
  readonly operator?: { readonly type?: string };
  readonly query?: { readonly params?: readonly string[] };
  readonly reducer?: { readonly type?: string };
}

/** The conditions of a classic expression, or of a threshold. */
export const conditionsIn = ({ conditions }: RuleQuery['model']): readonly ClassicCondition[] =>
  Array.isArray(conditions) ? (conditions as ClassicCondition[]) : [];
