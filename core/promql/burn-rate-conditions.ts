import type { SyntaxNode } from '@lezer/common';
import { parseDuration } from '../duration.ts';
import { childrenOf, textOf, walk } from '../syntax-tree.ts';
import { applyEdits } from '../text-edits.ts';
import { aggregationOf } from './aggregation.ts';
import { conditionsOf, type ExpressionCondition } from './conditions.ts';
import { constantOf } from './constant.ts';
import { longestWindow } from './longest-window.ts';
import { operationAt } from './operation.ts';
import { parsePromql } from './parse.ts';
import { rangesOf } from './ranges-of.ts';
import { selectorOf, selectorsOf } from './selectors-of.ts';
import { unquote } from './unquote.ts';
import { unwrapped } from './unwrapped.ts';
import { rates } from './upper-bound.ts';

/**
 * A condition on how fast an error budget burns: the same ratio above one threshold over each of several windows
 * (`ratio[1h] > 0.0144 and ratio[5m] > 0.0144`), or over one window above a product with a budget (`14.4 * (1 - 0.99)`).
 */
export interface BurnRateCondition {
  readonly operator: '>' | '>=';
  readonly threshold: number;
  readonly factors?: BudgetFactors;
  /** What must be above the threshold, one for each window. */
  readonly ratios: readonly WindowedRatio[];
}

/** A threshold that is written as a product. */
export interface BudgetFactors {
  readonly burnRate: number;
  readonly budget: number;
  /** The objective, where the budget is written as `1 - objective`. */
  readonly objective?: number;
}

export interface WindowedRatio {
  /** PromQL. */
  readonly text: string;
  /** As its ranges say, or the name or a label of a recorded series; 0 if none does. */
  readonly windowMs: number;
}

/**
 * The conditions on burn rates that an expression needs, all of them or one of several. Those that it excludes by
 * `unless` are left out.
 *
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export function burnRateConditionsOf(expr: string): BurnRateCondition[] {
  const all = conditionsOf(expr);
  const found = new Map<string, BurnRateCondition>();
  all.forEach(({ kind, text, operator, threshold, left, bool }, i) => {
    const together = scopeOf(all, i);
    if (kind !== 'comparison' || bool || threshold === undefined || left === undefined) return;
    if ((operator !== '>' && operator !== '>=') || together === undefined) return;
    const key = JSON.stringify([together, operator, threshold, shapeOf(left)]);
    const factors = factorsIn(text);
    found.set(key, {
      operator,
      threshold,
      ...(factors ? { factors } : {}),
      ratios: [...(found.get(key)?.ratios ?? []), { text: left, windowMs: windowMsOf(left) }],
    });
  });
  return [...found.values()].filter(
    ({ ratios: [first, ...others], factors }) =>
      first !== undefined && (factors?.objective !== undefined || (others.length > 0 && isRatio(first.text))),
  );
}

/**
 * Which comparisons must hold together with one: those within the same outermost `and`.
 *
 * @returns `undefined` for a comparison that is not simply needed, e.g. inside of another one or of `unless`.
 */
function scopeOf(all: readonly ExpressionCondition[], index: number): number | undefined {
  let scope = index;
  let apart = false;
  for (let at = all[index]?.parent; at !== undefined; at = all[at]?.parent) {
    const kind = all[at]?.kind;
    if (kind === 'or') apart = true;
    else if (kind !== 'and' && kind !== 'vector') return undefined;
    if (kind === 'and' && !apart) scope = at;
  }
  return scope;
}

/** The window in the name of a recorded series; https://prometheus.io/docs/practices/rules/ */
const suffix = /(?:\d+(?:ms|[smhdwy]))+$/;

/** An expression without its windows, which is the same for each window of a ratio. */
function shapeOf(expr: string): string {
  const edits = [...walk(parsePromql(expr))].flatMap((node) => {
    const isWindow =
      node.name === 'DurationExpr' ||
      (node.name === 'StringLiteral' && parseDuration(unquote(textOf(expr, node))) !== undefined);
    const isMetric = node.name === 'Identifier' && node.parent?.name === 'VectorSelector';
    const length = isMetric ? (suffix.exec(textOf(expr, node))?.[0].length ?? 0) : 0;
    const from = isWindow ? node.from : node.to - length;
    return from < node.to && (isWindow || isMetric) ? [{ from, to: node.to, replacement: '' }] : [];
  });
  return applyEdits(expr, edits).replace(/\s+/g, ' ');
}

function windowMsOf(expr: string): number {
  const ranges = longestWindow(expr);
  if (ranges > 0) return ranges;
  const named = selectorsOf(expr).flatMap(({ metric, matchers }) => [
    suffix.exec(metric)?.[0] ?? '',
    ...matchers.map(({ value }) => value),
  ]);
  return Math.max(0, ...named.map((text) => parseDuration(text) ?? 0));
}

const isRatio = (expr: string): boolean =>
  [...walk(parsePromql(expr))].some(
    (node) =>
      operationAt(node)?.operator.name === 'Div' ||
      (node.name === 'VectorSelector' && /ratio/.test(selectorOf(expr, node).metric)),
  );

/** The factors of the constant in a comparison. */
function factorsIn(comparison: string): BudgetFactors | undefined {
  const sides = childrenOf(parsePromql(comparison));
  const constant = sides.find((side) => constantOf(comparison, side) !== undefined);
  const product = constant && unwrapped(constant);
  const { left, operator, right } = (product && operationAt(product)) ?? {};
  if (!left || !right || operator?.name !== 'Mul') return undefined;
  const factors = (rate: SyntaxNode, budget: SyntaxNode): BudgetFactors => ({
    burnRate: constantOf(comparison, rate) ?? Number.NaN,
    budget: constantOf(comparison, budget) ?? Number.NaN,
    ...objectiveIn(comparison, budget),
  });
  const ways = [factors(left, right), factors(right, left)];
  return (
    ways.find(({ objective }) => objective !== undefined) ??
    ways.find(({ burnRate, budget }) => burnRate >= 1 && budget > 0 && budget < 1)
  );
}

/** S in `1 - S` */
function objectiveIn(expr: string, budget: SyntaxNode): { readonly objective?: number } {
  const { left: one, operator, right: objective } = operationAt(unwrapped(budget)) ?? {};
  if (!one || !objective || operator?.name !== 'Sub' || constantOf(expr, one) !== 1) return {};
  const value = constantOf(expr, objective);
  return value === undefined ? {} : { objective: value };
}

/**
 * Whether an expression divides a rate of events by another over the same window, as a ratio of errors does. The mean of
 * a histogram (`x_sum / x_count`) does not count events in its numerator.
 *
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export const dividesRates = (expr: string): boolean => dividesRatesAt(expr, parsePromql(expr));

function dividesRatesAt(expr: string, node: SyntaxNode): boolean {
  const inner = unwrapped(node);
  const aggregation = aggregationOf(inner);
  if (aggregation) return aggregation.isBetween && dividesRatesAt(expr, aggregation.vector);
  const { left, operator, right } = operationAt(inner) ?? {};
  if (operator?.name !== 'Div' || !left || !right) return false;
  const sides = [left, right].map((side) => rangesOf(textOf(expr, side)));
  const [first, ...others] = sides.flat();
  return (
    sides.every((ranges) => ranges.length > 0) &&
    [first, ...others].every((range) => range !== undefined && rates.has(range.function)) &&
    others.every(({ windowMs }) => windowMs === first?.windowMs) &&
    !selectorsOf(textOf(expr, left)).some(({ metric }) => metric.endsWith('_sum'))
  );
}
