import { formatDuration } from '../../core/duration.ts';
import { map, maps, type Yaml } from '../files/yaml.ts';

/*
 * A rule of Grafana's as one PromQL expression: its queries and expressions refer to each other by `refId`, and what
 * `math`, `threshold` and classic conditions do to numbers PromQL can write as well.
 */

/** The query of a data source, as PromQL. */
export type AsPromql = (query: Yaml, uid: string) => string;

const ofExpressions = new Set(['__expr__', '-100']);
/** References are never longer chains than this, but circles. */
const longestChain = 10;

/** @returns `undefined` for a rule of another form. */
export function grafanaExpression(
  condition: string,
  data: readonly Yaml[],
  asPromql: AsPromql,
): string | undefined {
  const by = new Map(data.map((query) => [String(query.refId), query]));
  const text = (refId: unknown, depth: number): string => {
    const query = by.get(String(refId).replace(/^\$\{?(\w+)\}?$/, '$1'));
    if (!query || depth > longestChain) throw new Unread();
    const uid = String(query.datasourceUid);
    const inner = (id: unknown) => text(id, depth + 1);
    return ofExpressions.has(uid) ? expressed(query, inner, by) : `(${asPromql(query, uid)})`;
  };
  try {
    return text(condition, 0);
  } catch (error) {
    if (error instanceof Unread) return undefined;
    throw error;
  }
}

class Unread extends Error {}

function expressed(query: Yaml, text: (refId: unknown) => string, by: ReadonlyMap<string, Yaml>): string {
  const { type, expression, conditions, reducer } = map(query.model);
  switch (type) {
    case 'reduce':
      return reduced(text(expression), String(reducer ?? 'last'), by.get(String(expression)));
    case 'math':
      return math(String(expression), text);
    case 'threshold':
      return compared(text(expression), map(maps(conditions)[0]?.evaluator));
    case 'classic_conditions':
      return classic(maps(conditions), text, by);
    default:
      throw new Unread();
  }
}

/** The latest value is that of the query; any other looks back over all that the query was asked for. */
function reduced(expr: string, reducer: string, query: Yaml | undefined): string {
  const { instant, range, queryType } = map(query?.model);
  const one =
    instant === true || queryType === 'instant' || (query?.queryType === 'instant' && range !== true);
  if (one || reducer === 'last') return expr;
  const { from } = map(query?.relativeTimeRange);
  const window = formatDuration(Math.max(1, 1000 * (typeof from === 'number' ? from : 600)));
  return `avg_over_time(${expr}[${window}:])`;
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

function classic(
  conditions: readonly Yaml[],
  text: (refId: unknown) => string,
  by: ReadonlyMap<string, Yaml>,
): string {
  const parts = conditions.map(({ evaluator, operator, query, reducer }, i) => {
    const { params } = map(query);
    const [refId] = Array.isArray(params) ? params.map(String) : [];
    const join = i === 0 ? '' : map(operator).type === 'or' ? ' or ' : ' and ';
    const value = reduced(text(refId), String(map(reducer).type ?? 'last'), by.get(refId ?? ''));
    return `${join}${compared(value, map(evaluator))}`;
  });
  if (parts.length === 0) throw new Unread();
  // From left to right, whatever binds closer.
  return parts.reduce((before, part) => `(${before}${part})`, '');
}
