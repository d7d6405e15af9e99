import { formatDuration } from '../../core/duration.ts';
import {
  isExpression,
  queryBehind,
  type RuleQuery,
  rangeOf,
  reducedText,
  reductionOf,
} from '../../core/grafana-query.ts';
import { isSparse } from '../../core/promql/is-sparse.ts';
import { map, maps, type Yaml } from '../files/yaml.ts';

/*
 * A rule of Grafana's as one PromQL expression: its queries and expressions refer to each other by `refId`, and what
 * `math`, `threshold` and classic conditions do to numbers PromQL can write as well.
 */

/** The query of a data source, as PromQL. */
export type AsPromql = (query: Yaml, uid: string) => string;

/** References are never longer chains than this, but circles. */
const longestChain = 10;

/**
 * @param comesAndGoes whether a metric of the queries has values at times only.
 * @returns `undefined` for a rule of another form.
 */
export function grafanaExpression(
  condition: string,
  data: readonly Yaml[],
  asPromql: AsPromql,
  comesAndGoes: (metric: string) => boolean = () => false,
): string | undefined {
  const by = new Map(data.map((query) => [String(query.refId), query]));
  const rule: Rule = {
    by: new Map(data.map(ruleQueryOf).map((query) => [query.refId, query])),
    comesAndGoes,
  };
  const text = (refId: unknown, depth: number): string => {
    const query = by.get(String(refId).replace(/^\$\{?(\w+)\}?$/, '$1'));
    if (!query || depth > longestChain) throw new Unread();
    const uid = String(query.datasourceUid);
    const inner = (id: unknown) => text(id, depth + 1);
    return isExpression({ datasourceUid: uid }) ? expressed(query, inner, rule) : `(${asPromql(query, uid)})`;
  };
  try {
    return text(condition, 0);
  } catch (error) {
    if (error instanceof Unread) return undefined;
    throw error;
  }
}

/** A query of a rule as its file has it. */
export const ruleQueryOf = ({
  refId,
  datasourceUid,
  queryType,
  relativeTimeRange,
  model,
}: Yaml): RuleQuery => {
  const { from, to } = map(relativeTimeRange);
  return {
    refId: String(refId),
    datasourceUid: String(datasourceUid),
    ...(typeof queryType === 'string' ? { queryType } : {}),
    relativeTimeRange: {
      ...(typeof from === 'number' ? { from } : {}),
      ...(typeof to === 'number' ? { to } : {}),
    },
    model: map(model),
  };
};

interface Rule {
  readonly by: ReadonlyMap<string, RuleQuery>;
  readonly comesAndGoes: (metric: string) => boolean;
}

class Unread extends Error {}

function expressed(query: Yaml, text: (refId: unknown) => string, rule: Rule): string {
  const { type, expression, conditions, reducer } = map(query.model);
  switch (type) {
    case 'reduce':
      return reduced(text(expression), String(reducer ?? 'last'), String(expression), rule);
    case 'math':
      return math(String(expression), text);
    case 'threshold':
      return compared(text(expression), map(maps(conditions)[0]?.evaluator));
    case 'classic_conditions':
      return classic(maps(conditions), text, rule);
    default:
      throw new Unread();
  }
}

/** One value of what a query was asked for, or of what an expression makes of it. */
function reduced(expr: string, reducer: string, refId: string, { by, comesAndGoes }: Rule): string {
  const query = queryBehind(refId, by);
  if (!query) throw new Unread();
  const reduction = reductionOf(query, reducer);
  if (reduction === 'one point') return expr;
  // For a standard deviation, floors use only the window.
  if (reduction === 'unknown') {
    return rangeOf(query) > 0
      ? `stddev_over_time(${expr}[${formatDuration(rangeOf(query))}:])`
      : `stddev(${expr})`;
  }
  // The last point of a range is the query's current value, unless the query has no value now.
  if (reduction.reducer === 'last' && !isSparse(expr, comesAndGoes)) return expr;
  return reducedText(expr, reduction);
}

/** Grafana writes powers and logic in another way, and `1 > 0` as a number. */
function math(expression: string, text: (refId: unknown) => string): string {
  const written = expression
    .replaceAll('**', ' ^ ')
    .replaceAll('&&', ' and ')
    .replaceAll('||', ' or ')
    .replaceAll(/\$\{?(\w+)\}?/g, (_, refId: string) => text(refId));
  if (/![^=]/.test(expression)) throw new Unread();
  return `(${written})`;
}

const operators: Readonly<Record<string, string>> = {
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  eq: '==',
  ne: '!=',
};

function compared(expr: string, { type, params }: Yaml): string {
  const [a, b] = Array.isArray(params) ? params.map(Number) : [];
  const operator = operators[String(type)];
  if (a === undefined) throw new Unread();
  if (operator) return `(${expr} ${operator} ${a})`;
  if (b === undefined) throw new Unread();
  if (type === 'within_range') return `(${expr} > ${a} and ${expr} < ${b})`;
  if (type === 'outside_range') return `(${expr} < ${a} or ${expr} > ${b})`;
  throw new Unread();
}

function classic(conditions: readonly Yaml[], text: (refId: unknown) => string, rule: Rule): string {
  const parts = conditions.map(({ evaluator, operator, query, reducer }, i) => {
    const { params } = map(query);
    const [refId] = Array.isArray(params) ? params.map(String) : [];
    const join = i === 0 ? '' : map(operator).type === 'or' ? ' or ' : ' and ';
    const value = reduced(text(refId), String(map(reducer).type ?? 'last'), refId ?? '', rule);
    return `${join}${compared(value, map(evaluator))}`;
  });
  if (parts.length === 0) throw new Unread();
  // From left to right, whatever binds closer.
  return parts.reduce((before, part) => `(${before}${part})`, '');
}
