import {
  type ClassicCondition,
  conditionsIn,
  isExpression,
  type Reduction,
  type RuleQuery,
  reducedText,
  reductionOf,
} from './grafana-query.ts';

/*
 * The condition of a Grafana rule. Its queries and expressions refer to each other by `refId`. Supported are a query
 * that is reduced to one value and compared by a threshold or a `math` expression, and a query with classic conditions
 * (https://grafana.com/docs/grafana/latest/alerting/fundamentals/alert-rules/queries-conditions/).
 */

/** A comparison of one query's value with a number. */
export interface QueryComparison {
  readonly datasourceUid: string;
  /** PromQL or LogQL. */
  readonly expr: string;
  /** What makes one value of the points of a range; absent where the query asks for one point. */
  readonly reduction?: Reduction;
  readonly operator: '>' | '>=' | '<' | '<=';
  readonly threshold: number;
}

const operators: Readonly<Record<string, QueryComparison['operator']>> = {
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
};

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
  const { type, expression } = last.model;
  const resolve: Resolve = ({ refId, reducer, operator, threshold }) => {
    const found = reducedQuery(refId, reducer, queries);
    if (!found) return undefined;
    const { query, reduction } = found;
    const { datasourceUid, model } = query;
    const expr = String(model.expr).trim();
    return {
      kind: 'comparison',
      comparison: { datasourceUid, expr, ...reduction, operator, threshold },
    };
  };
  if (type === 'math') return math(String(expression).trim(), resolve);
  if (type === 'classic_conditions') return classic(conditionsIn(last.model), resolve);
  const [compared] = type === 'threshold' ? thresholdOf(String(expression), conditionsIn(last.model)) : [];
  return compared && resolve(compared);
}

type Compared = Pick<QueryComparison, 'operator' | 'threshold'> & {
  readonly refId: string;
  readonly reducer?: string;
};
type Resolve = (compared: Compared) => RuleCondition | undefined;

const thresholdOf = (refId: string, [first]: readonly ClassicCondition[]): Compared[] =>
  comparedWith(refId, first?.evaluator);

function comparedWith(refId: string, evaluator: ClassicCondition['evaluator']): Compared[] {
  const { type, params } = evaluator ?? {};
  const operator = operators[type ?? ''];
  const limit = params?.[0];
  return operator && limit !== undefined ? [{ refId, operator, threshold: limit }] : [];
}

/** Conditions of Grafana's legacy alerting: each one compares a query itself. */
function classic(all: readonly ClassicCondition[], resolve: Resolve): RuleCondition | undefined {
  const sides = all.flatMap(({ evaluator, query, reducer }) =>
    comparedWith(String(query?.params?.[0]), evaluator).flatMap(
      (compared) => resolve({ ...compared, reducer: String(reducer?.type) }) ?? [],
    ),
  );
  if (sides.length < all.length) return undefined;
  if (sides.length < 2) return sides[0];
  const joins = new Set(all.slice(1).map(({ operator }) => operator?.type));
  const [kind] = joins;
  return joins.size === 1 && (kind === 'and' || kind === 'or') ? { kind, sides } : undefined;
}

const comparison = /^\$\{?(\w+)\}?\s*(>=|<=|>|<)\s*(-?[\d.]+(?:e[+-]?\d+)?)$/i;

/** `$C > 0.7 || ($D > 419430400 && $E < 3)`; `&&` binds closer than `||`. */
function math(text: string, resolve: Resolve): RuleCondition | undefined {
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

/**
 * Returns the query behind a reference, and how its points are reduced to one value; `undefined` if other expressions
 * stand between.
 *
 * @param reducer the reducer of a classic condition.
 */
function reducedQuery(
  refId: string,
  reducer: string | undefined,
  queries: ReadonlyMap<string, RuleQuery>,
  maxDepth = 5,
): { readonly query: RuleQuery; readonly reduction: Pick<QueryComparison, 'reduction'> } | undefined {
  const found = queries.get(refId);
  if (!found || maxDepth === 0) return undefined;
  const { model } = found;
  if (isExpression(found)) {
    // A reduced query has one point.
    return model.type === 'reduce' && reducer === undefined
      ? reducedQuery(String(model.expression), String(model.reducer ?? 'last'), queries, maxDepth - 1)
      : undefined;
  }
  if (typeof model.expr !== 'string') return undefined;
  const reduction = reductionOf(found, reducer ?? 'last');
  if (reduction === 'unknown') return undefined;
  return { query: found, reduction: reduction === 'one point' ? {} : { reduction } };
}

/** The compared value as one expression. The last point of a range is the query's present value. */
export const comparedBy = ({ expr, reduction }: Pick<QueryComparison, 'expr' | 'reduction'>): string =>
  reduction && reduction.reducer !== 'last' ? reducedText(expr, reduction) : expr;

/** The comparison as one expression, for reports. */
export function queryComparisonText(comparison: QueryComparison): string {
  const { expr, operator, threshold } = comparison;
  const compared = comparedBy(comparison);
  return `${compared === expr ? `(${compared})` : compared} ${operator} ${threshold}`;
}

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
