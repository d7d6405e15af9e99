/*
 * What a rule of Grafana's compares with what. Its queries and expressions refer to each other by `refId`; what is
 * followed here is the usual chain: a query, reduced to its last value, and a threshold or a comparison in a `math`
 * expression (https://grafana.com/docs/grafana/latest/alerting/fundamentals/alert-rules/queries-conditions/).
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

/**
 * The arms of a rule, any of which makes it true.
 *
 * @returns none for a rule whose condition is of another form.
 */
export function armsOf(condition: string, data: readonly RuleQuery[]): Arm[] {
  const by = new Map(data.map((query) => [query.refId, query]));
  const last = by.get(condition);
  if (!last) return [];
  const { type, expression, conditions } = last.model;
  const found =
    type === 'threshold'
      ? threshold(String(expression), conditions)
      : type === 'math'
        ? math(String(expression))
        : [];
  const arms = found.map(({ refId, ...comparison }) => {
    const query = queryOf(refId, by);
    return (
      query && { datasourceUid: query.datasourceUid, expr: String(query.model.expr).trim(), ...comparison }
    );
  });
  return arms.every((arm) => arm !== undefined) ? arms : [];
}

type Compared = Pick<Arm, 'operator' | 'threshold'> & { readonly refId: string };

function threshold(refId: string, conditions: unknown): Compared[] {
  const [first] = Array.isArray(conditions) ? conditions : [];
  const { type, params } =
    (first as { evaluator?: { type?: string; params?: number[] } } | undefined)?.evaluator ?? {};
  const operator = operators[type ?? ''];
  const limit = params?.[0];
  return operator && limit !== undefined ? [{ refId, operator, threshold: limit }] : [];
}

const comparison = /^\(*\s*\$\{?(\w+)\}?\s*(>=|<=|>|<)\s*(-?[\d.]+(?:e[+-]?\d+)?)\s*\)*$/i;

/** `$C > 0.7 || $D > 419430400` */
function math(expression: string): Compared[] {
  const parts = expression.split('||').map((part) => comparison.exec(part.trim()));
  return parts
    .flatMap((part) => {
      const [, refId, operator, limit] = part ?? [];
      return refId === undefined
        ? []
        : [{ refId, operator: operator as Arm['operator'], threshold: Number(limit) }];
    })
    .filter((_, __, all) => all.length === parts.length);
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
