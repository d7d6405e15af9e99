import { tryRead } from '../../core/errors.ts';
import { multiplyLogCounts } from '../../core/logql/counts.ts';
import { type Limit, limitsOn, multiplyCounts, type ScaledExpression } from '../../core/promql/counts.ts';
import { map, maps, type Yaml } from '../files/yaml.ts';
import { grafanaExpression } from '../rules/grafana-expression.ts';
import type { Language } from './query-language.ts';
import { scaleWindow } from './scale-query.ts';

const dividedBy = (factor: number) => (ms: number) => (ms === 0 ? 1 : ms / scaleWindow(ms, factor));

/**
 * A query of a rule of Grafana's whose counts are those of the real pace, before its durations are divided.
 *
 * @param outside what other expressions of the rule compare its value with.
 * @throws FiredrillError `bad-input`, with the position, for a query that does not parse.
 */
export const countedQuery = (
  query: string,
  factor: number,
  language: Language,
  outside: readonly Limit[] = [],
): ScaledExpression =>
  (language === 'logql' ? multiplyLogCounts : multiplyCounts)(query, dividedBy(factor), outside);

/** What a rule of Grafana's compares the value of a query with; none where its condition is of a form that is not known. */
export function limitsOfRule({ condition, data }: Yaml, refId: unknown): Limit[] {
  const queries = maps(data);
  const standIns = new Map(queries.map((query, i) => [query, `query_${i}`]));
  const standInOf = (query: Yaml) => standIns.get(query) ?? '';
  const query = queries.find((one) => one.refId === refId);
  const expr = grafanaExpression(String(condition), queries, standInOf);
  if (!query || expr === undefined) return [];
  const counting = new Set(queries.filter(({ model }) => counts(map(model).expr)).map(standInOf));
  return tryRead(() => limitsOn(expr, standInOf(query), (metric) => counting.has(metric))) ?? [];
}

/** Whether a query counts, in either language. */
const counts = (query: unknown): boolean =>
  typeof query === 'string' &&
  [multiplyCounts, multiplyLogCounts].some((multiply) =>
    tryRead(() => multiply(query, () => 2).expr !== query),
  );
