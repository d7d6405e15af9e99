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
 * What a rule of Grafana's compares with what. Its queries and expressions refer to each other by `refId`; what is
 * followed here is the usual chain: a query, reduced to one value, and a threshold or a comparison in a `math`
 * expression, or a query and its classic conditions (https://grafana.com/docs/grafana/latest/alerting/fundamentals/alert-rules/queries-conditions/).
 */

/** One query and what its value is compared with. */
export interface Arm {
  readonly datasourceUid: string;
  /** PromQL or LogQL. */
  readonly expr: string;
  /** What makes one value of the points of a range; absent where the query asks for one point. */
  readonly reduction?: Reduction;
  readonly operator: '>' | '>=' | '<' | '<=';
  readonly threshold: number;
}

const operators: Readonly<Record<string, Arm['operator']>> = { gt: '>', gte: '>=', lt: '<', lte: '<=' };

/** What a rule's condition demands: one arm, or several joined. */
export type Demand =
  | { readonly kind: 'arm'; readonly arm: Arm }
  | { readonly kind: 'and' | 'or'; readonly sides: readonly Demand[] };

/**
 * The arms of a rule, in the order in which they stand, however they are joined.
 *
 * @returns none for a rule whose condition is of another form.
 */
export function armsOf(condition: string, data: readonly RuleQuery[]): Arm[] {
  const demand = demandOf(condition, data);
  return demand ? armsIn(demand) : [];
}

const armsIn = (demand: Demand): Arm[] =>
  demand.kind === 'arm' ? [demand.arm] : demand.sides.flatMap(armsIn);

/** What a rule's condition demands; `undefined` for one of another form. */
export function demandOf(condition: string, data: readonly RuleQuery[]): Demand | undefined {
  const by = new Map(data.map((query) => [query.refId, query]));
  const last = by.get(condition);
  if (!last) return undefined;
  const { type, expression } = last.model;
  const armOf: ArmOf = ({ refId, reducer, operator, threshold }) => {
    const found = reducedQuery(refId, reducer, by);
    if (!found) return undefined;
    const { query, reduction } = found;
    const { datasourceUid, model } = query;
    const expr = String(model.expr).trim();
    return { kind: 'arm', arm: { datasourceUid, expr, ...reduction, operator, threshold } };
  };
  if (type === 'math') return math(String(expression).trim(), armOf);
  if (type === 'classic_conditions') return classic(conditionsIn(last.model), armOf);
  const [compared] = type === 'threshold' ? thresholdOf(String(expression), conditionsIn(last.model)) : [];
  return compared && armOf(compared);
}

type Compared = Pick<Arm, 'operator' | 'threshold'> & { readonly refId: string; readonly reducer?: string };
type ArmOf = (compared: Compared) => Demand | undefined;

const thresholdOf = (refId: string, [first]: readonly ClassicCondition[]): Compared[] =>
  comparedWith(refId, first?.evaluator);

function comparedWith(refId: string, evaluator: ClassicCondition['evaluator']): Compared[] {
  const { type, params } = evaluator ?? {};
  const operator = operators[type ?? ''];
  const limit = params?.[0];
  return operator && limit !== undefined ? [{ refId, operator, threshold: limit }] : [];
}

/** The form of the alerts that Grafana had before: each condition compares a query itself. */
function classic(all: readonly ClassicCondition[], armOf: ArmOf): Demand | undefined {
  const sides = all.flatMap(({ evaluator, query, reducer }) =>
    comparedWith(String(query?.params?.[0]), evaluator).flatMap(
      (compared) => armOf({ ...compared, reducer: String(reducer?.type) }) ?? [],
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
function math(text: string, armOf: ArmOf): Demand | undefined {
  for (const [sign, kind] of [
    ['||', 'or'],
    ['&&', 'and'],
  ] as const) {
    const parts = splitOutside(text, sign);
    if (parts.length === 1) continue;
    const sides = parts.map((part) => math(part, armOf)).filter((side) => side !== undefined);
    return sides.length === parts.length ? { kind, sides } : undefined;
  }
  if (text.startsWith('(') && text.endsWith(')')) return math(text.slice(1, -1).trim(), armOf);
  const [, refId, operator, limit] = comparison.exec(text) ?? [];
  if (refId === undefined) return undefined;
  return armOf({ refId, operator: operator as Arm['operator'], threshold: Number(limit) });
}

/** The parts of a text between a sign that stands outside of parentheses. */
function splitOutside(text: string, sign: string): string[] {
  const parts: string[] = [];
  let [depth, from] = [0, 0];
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++;
    if (text[i] === ')') depth--;
    if (depth !== 0 || !text.startsWith(sign, i)) continue;
    parts.push(text.slice(from, i).trim());
    i += sign.length - 1;
    from = i + 1;
  }
  return [...parts, text.slice(from).trim()];
}

/**
 * The query behind a reference, and how its points become one value; `undefined` for what is more than that.
 *
 * @param reducer of a classic condition, which reduces by itself.
 */
function reducedQuery(
  refId: string,
  reducer: string | undefined,
  by: ReadonlyMap<string, RuleQuery>,
  most = 5,
): { readonly query: RuleQuery; readonly reduction: Pick<Arm, 'reduction'> } | undefined {
  const found = by.get(refId);
  if (!found || most === 0) return undefined;
  const { model } = found;
  if (isExpression(found)) {
    // What has been reduced has one point.
    return model.type === 'reduce' && reducer === undefined
      ? reducedQuery(String(model.expression), String(model.reducer ?? 'last'), by, most - 1)
      : undefined;
  }
  if (typeof model.expr !== 'string') return undefined;
  const reduction = reductionOf(found, reducer ?? 'last');
  if (reduction === 'unknown') return undefined;
  return { query: found, reduction: reduction === 'one point' ? {} : { reduction } };
}

/** What an arm compares. The last point of a range is what its query is now. */
export const comparedBy = ({ expr, reduction }: Pick<Arm, 'expr' | 'reduction'>): string =>
  reduction && reduction.reducer !== 'last' ? reducedText(expr, reduction) : expr;

/** The arm as one expression, as a reader of the rule would write it. */
export function textOfArm(arm: Arm): string {
  const compared = comparedBy(arm);
  return `${compared === arm.expr ? `(${compared})` : compared} ${arm.operator} ${arm.threshold}`;
}

/** Whether a value meets the arm's comparison. */
export function meets(
  value: number,
  { operator, threshold: limit }: Pick<Arm, 'operator' | 'threshold'>,
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
