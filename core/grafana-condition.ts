/*
 * The condition of a Grafana rule. Its queries and expressions refer to each other by `refId`. Supported are a query
 * that is reduced to its last value and compared by a threshold or a `math` expression, and a query with classic
 * conditions
 * (https://grafana.com/docs/grafana/latest/alerting/fundamentals/alert-rules/queries-conditions/).
 */

/** A query of a rule, as in Grafana's API or a provisioning file. */
export interface RuleQuery {
  readonly refId: string;
  readonly datasourceUid: string;
  readonly model: Readonly<Record<string, unknown>>;
}

/** A comparison of one query's value with a number. */
export interface QueryComparison {
  readonly datasourceUid: string;
  /** PromQL or LogQL. */
  readonly expr: string;
  readonly operator: '>' | '>=' | '<' | '<=';
  readonly threshold: number;
}

const operators: Readonly<Record<string, QueryComparison['operator']>> = {
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
};
const expressions = new Set(['__expr__', '-100']);

/** A rule's condition: one comparison, or several joined. */
export type RuleCondition =
  | { readonly kind: 'comparison'; readonly comparison: QueryComparison }
  | { readonly kind: 'and' | 'or'; readonly sides: readonly RuleCondition[] };

/**
 * The comparisons in a rule's condition, in their order, however they are joined.
 *
 * @returns an empty list for a condition that is not supported.
 */
export function queryComparisonsOf(condition: string, data: readonly RuleQuery[]): QueryComparison[] {
  const root = ruleConditionOf(condition, data);
  return root ? comparisonsIn(root) : [];
}

const comparisonsIn = (root: RuleCondition): QueryComparison[] =>
  root.kind === 'comparison' ? [root.comparison] : root.sides.flatMap(comparisonsIn);

/** A rule's condition; `undefined` for one that is not supported. */
export function ruleConditionOf(condition: string, data: readonly RuleQuery[]): RuleCondition | undefined {
  const queries = new Map(data.map((query) => [query.refId, query]));
  const last = queries.get(condition);
  if (!last) return undefined;
  const { type, expression, conditions } = last.model;
  const resolve = ({ refId, ...compared }: Compared): RuleCondition | undefined => {
    const query = queryOf(refId, queries);
    if (!query) return undefined;
    const { datasourceUid, model } = query;
    return {
      kind: 'comparison',
      comparison: { datasourceUid, expr: String(model.expr).trim(), ...compared },
    };
  };
  if (type === 'math') return math(String(expression).trim(), resolve);
  if (type === 'classic_conditions') return classic(conditions, resolve);
  const [compared] = type === 'threshold' ? threshold(String(expression), conditions) : [];
  return compared && resolve(compared);
}

type Compared = Pick<QueryComparison, 'operator' | 'threshold'> & { readonly refId: string };

function threshold(refId: string, conditions: unknown): Compared[] {
  const [first] = Array.isArray(conditions) ? (conditions as ClassicCondition[]) : [];
  return comparedBy(refId, first?.evaluator);
}

function comparedBy(refId: string, evaluator: ClassicCondition['evaluator']): Compared[] {
  const { type, params } = evaluator ?? {};
  const operator = operators[type ?? ''];
  const limit = params?.[0];
  return operator && limit !== undefined ? [{ refId, operator, threshold: limit }] : [];
}

interface ClassicCondition {
  readonly evaluator?: { readonly type?: string; readonly params?: readonly number[] };
  /** How the condition is joined to those before it. */
  readonly operator?: { readonly type?: string };
  readonly query?: { readonly params?: readonly string[] };
  readonly reducer?: { readonly type?: string };
}

/** Reducers whose result has the unit of the query's values: no counts and no sums. */
const valueReducers = /^(?:last|avg|min|max|median)$/;

/** Conditions of Grafana's legacy alerting: each one compares a query itself. */
function classic(
  conditions: unknown,
  resolve: (compared: Compared) => RuleCondition | undefined,
): RuleCondition | undefined {
  const all = Array.isArray(conditions) ? (conditions as ClassicCondition[]) : [];
  const sides = all.flatMap(({ evaluator, query, reducer }) =>
    valueReducers.test(String(reducer?.type))
      ? comparedBy(String(query?.params?.[0]), evaluator).flatMap((compared) => resolve(compared) ?? [])
      : [],
  );
  if (sides.length < all.length) return undefined;
  if (sides.length < 2) return sides[0];
  const joins = new Set(all.slice(1).map(({ operator }) => operator?.type));
  const [kind] = joins;
  return joins.size === 1 && (kind === 'and' || kind === 'or') ? { kind, sides } : undefined;
}

const comparison = /^\$\{?(\w+)\}?\s*(>=|<=|>|<)\s*(-?[\d.]+(?:e[+-]?\d+)?)$/i;

/** `$C > 0.7 || ($D > 419430400 && $E < 3)`; `&&` binds closer than `||`. */
function math(
  text: string,
  resolve: (compared: Compared) => RuleCondition | undefined,
): RuleCondition | undefined {
  for (const [operator, kind] of [
    ['||', 'or'],
    ['&&', 'and'],
  ] as const) {
    const parts = splitOutside(text, operator);
    if (parts.length === 1) continue;
    const sides = parts.map((part) => math(part, resolve)).filter((side) => side !== undefined);
    return sides.length === parts.length ? { kind, sides } : undefined;
  }
  if (text.startsWith('(') && text.endsWith(')')) return math(text.slice(1, -1).trim(), resolve);
  const [, refId, operator, limit] = comparison.exec(text) ?? [];
  if (refId === undefined) return undefined;
  return resolve({ refId, operator: operator as QueryComparison['operator'], threshold: Number(limit) });
}

/** Splits a text at an operator outside of parentheses. */
function splitOutside(text: string, operator: string): string[] {
  const parts: string[] = [];
  let [depth, from] = [0, 0];
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++;
    if (text[i] === ')') depth--;
    if (depth !== 0 || !text.startsWith(operator, i)) continue;
    parts.push(text.slice(from, i).trim());
    i += operator.length - 1;
    from = i + 1;
  }
  return [...parts, text.slice(from).trim()];
}

/** Follows a chain of reduce expressions to the query. */
function queryOf(
  refId: string,
  queries: ReadonlyMap<string, RuleQuery>,
  maxDepth = 5,
): RuleQuery | undefined {
  const found = queries.get(refId);
  if (!found || maxDepth === 0) return undefined;
  if (!expressions.has(found.datasourceUid)) return typeof found.model.expr === 'string' ? found : undefined;
  return found.model.type === 'reduce'
    ? queryOf(String(found.model.expression), queries, maxDepth - 1)
    : undefined;
}

/** The comparison as one expression, for reports. */
export const queryComparisonText = ({ expr, operator, threshold: limit }: QueryComparison): string =>
  `(${expr}) ${operator} ${limit}`;

/** Whether a value satisfies the comparison. */
export function meets(
  value: number,
  { operator, threshold: limit }: Pick<QueryComparison, 'operator' | 'threshold'>,
): boolean {
  switch (operator) {
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
  }
}
