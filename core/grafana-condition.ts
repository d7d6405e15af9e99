/*
 * What a rule of Grafana's compares with what. Its queries and expressions refer to each other by `refId`; what is
 * followed here is the usual chain: a query, reduced to its last value, and a threshold or a comparison in a `math`
 * expression, or a query and its classic conditions (https://grafana.com/docs/grafana/latest/alerting/fundamentals/alert-rules/queries-conditions/).
 */

/** A query as the rule has it, in the API or in a file. */
export interface RuleQuery {
  readonly refId: string;
  readonly datasourceUid: string;
  readonly model: Readonly<Record<string, unknown>>;
}

/** One query and what its value is compared with. */
export interface Arm {
  readonly datasourceUid: string;
  /** PromQL or LogQL. */
  readonly expr: string;
  readonly operator: '>' | '>=' | '<' | '<=';
  readonly threshold: number;
}

const operators: Readonly<Record<string, Arm['operator']>> = { gt: '>', gte: '>=', lt: '<', lte: '<=' };
const expressions = new Set(['__expr__', '-100']);

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
  const { type, expression, conditions } = last.model;
  const armOf = ({ refId, ...comparison }: Compared): Demand | undefined => {
    const query = queryOf(refId, by);
    if (!query) return undefined;
    const { datasourceUid, model } = query;
    return { kind: 'arm', arm: { datasourceUid, expr: String(model.expr).trim(), ...comparison } };
  };
  if (type === 'math') return math(String(expression).trim(), armOf);
  if (type === 'classic_conditions') return classic(conditions, armOf);
  const [compared] = type === 'threshold' ? threshold(String(expression), conditions) : [];
  return compared && armOf(compared);
}

type Compared = Pick<Arm, 'operator' | 'threshold'> & { readonly refId: string };

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
  /** How it is joined to those before it. */
  readonly operator?: { readonly type?: string };
  readonly query?: { readonly params?: readonly string[] };
  readonly reducer?: { readonly type?: string };
}

/** Reducers that give a value such as the query has, and no number of values or sum of them. */
const ofValues = /^(?:last|avg|min|max|median)$/;

/** The form of the alerts that Grafana had before: each condition compares a query itself. */
function classic(conditions: unknown, armOf: (compared: Compared) => Demand | undefined): Demand | undefined {
  const all = Array.isArray(conditions) ? (conditions as ClassicCondition[]) : [];
  const sides = all.flatMap(({ evaluator, query, reducer }) =>
    ofValues.test(String(reducer?.type))
      ? comparedBy(String(query?.params?.[0]), evaluator).flatMap((compared) => armOf(compared) ?? [])
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
function math(text: string, armOf: (compared: Compared) => Demand | undefined): Demand | undefined {
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

/** The query behind a chain of reductions. */
function queryOf(refId: string, by: ReadonlyMap<string, RuleQuery>, most = 5): RuleQuery | undefined {
  const found = by.get(refId);
  if (!found || most === 0) return undefined;
  if (!expressions.has(found.datasourceUid)) return typeof found.model.expr === 'string' ? found : undefined;
  return found.model.type === 'reduce' ? queryOf(String(found.model.expression), by, most - 1) : undefined;
}

/** The arm as one expression, as a reader of the rule would write it. */
export const textOfArm = ({ expr, operator, threshold: limit }: Arm): string =>
  `(${expr}) ${operator} ${limit}`;

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
