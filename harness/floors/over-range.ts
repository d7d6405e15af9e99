import type { SyntaxNode } from '@lezer/common';
import type { Span } from '../../core/floor-condition.ts';
import { constantOf } from '../../core/promql/constant.ts';
import { lengthMs } from '../../core/promql/longest-window.ts';
import { comparisonAt } from '../../core/promql/outer-comparison.ts';
import { childrenOf } from '../../core/syntax-tree.ts';

/** A comparison of a function's result over the points of a subquery. */
export interface OverRange {
  /** The number of points at which the comparison must hold; `mean`: the mean of the points is compared. */
  readonly needed: Span | 'last' | 'mean';
  /** The comparison for a single point. */
  readonly text: string;
  readonly windowMs: number;
  readonly stepMs: number;
}

/** Functions whose result never becomes smaller when the argument becomes larger. */
const rising = new Set([
  ...['ceil', 'floor', 'round', 'sgn', 'sqrt', 'ln', 'log2', 'log10', 'exp'],
  ...['clamp', 'clamp_min', 'clamp_max', 'sort', 'sort_desc', 'label_replace', 'label_join', 'scalar'],
]);

/**
 * Reads a comparison of one subquery with a number, for example `100 * max_over_time((a / b)[5m:]) > 5`.
 *
 * @param everyMs the step of a subquery that states none, in milliseconds.
 * @returns `undefined` for any other expression.
 */
export function overRange(expr: string, node: SyntaxNode, everyMs: number): OverRange | undefined {
  const compared = comparisonAt(expr, node);
  if (!compared || compared.operator === '==' || compared.operator === '!=') return undefined;
  const found = rangeFunction(expr, compared.node);
  if (!found) return undefined;
  const { call, inner, name, parameter, isFalling, isBare, chooses } = found;
  const wantsMore = compared.operator.startsWith('>') !== isFalling;
  // Only `max` before `>` and `min` before `<` choose the series that decides.
  if (chooses.some((operation) => operation !== (wantsMore ? 'Max' : 'Min'))) return undefined;
  const [window, step] = inner.parent?.getChildren('DurationExpr') ?? [];
  if (!window) return undefined;
  const windowMs = lengthMs(expr, window);
  const stepMs = step ? lengthMs(expr, step) : everyMs;
  const points = Math.max(1, Math.floor(windowMs / stepMs));
  const innerText = expr.slice(inner.from, inner.to);
  const one = `${expr.slice(node.from, call.from)}(${innerText})${expr.slice(call.to, node.to)}`;
  const at = (needed: OverRange['needed'], text = one) => ({ needed, text, windowMs, stepMs });
  const exactly = (count: number) => ({ least: count, most: count });
  switch (name) {
    case 'max_over_time':
      return at(exactly(wantsMore ? 1 : points));
    case 'min_over_time':
      return at(exactly(wantsMore ? points : 1));
    case 'avg_over_time':
      return at('mean');
    case 'last_over_time':
      return at('last');
    case 'quantile_over_time':
      return parameter === undefined ? undefined : at(beyondQuantile(parameter, points, wantsMore));
    case 'count_over_time':
      if (!isBare || !wantsMore) return undefined;
      return at(exactly(countFor(compared)), innerText);
    default:
      return undefined;
  }
}

/** The number of points that must hold before a quantile, which is interpolated between two points, holds. */
function beyondQuantile(share: number, points: number, wantsMore: boolean): Span {
  const rank = (wantsMore ? 1 - share : share) * (points - 1);
  return { least: Math.floor(rank) + 1, most: Math.min(points, Math.ceil(rank) + 1) };
}

const countFor = ({ operator, threshold }: { operator: string; threshold: number }) =>
  Math.max(1, operator === '>' ? Math.floor(threshold) + 1 : Math.ceil(threshold));

interface Found {
  readonly call: SyntaxNode;
  readonly inner: SyntaxNode;
  readonly name: string;
  /** The number before the subquery, e.g. that of `quantile_over_time`. */
  readonly parameter: number | undefined;
  /** Whether a larger result of the function makes the compared value smaller. */
  readonly isFalling: boolean;
  /** Whether the function's result itself is compared, without arithmetic. */
  readonly isBare: boolean;
  /** The aggregations around the function, e.g. `Max`. */
  readonly chooses: readonly string[];
}

function rangeFunction(expr: string, top: SyntaxNode): Found | undefined {
  let node = top;
  let [isFalling, isBare] = [false, true];
  const chooses: string[] = [];
  for (;;) {
    const parts = childrenOf(node);
    const [first, second] = parts;
    const last = parts.at(-1);
    if (!first || !last) return undefined;
    if (node.name === 'ParenExpr') {
      node = first;
      continue;
    }
    const body = node.getChild('FunctionCallBody');
    const given = body ? childrenOf(body) : [];
    if (node.name === 'FunctionCall') {
      const range = given.find((part) => part.name === 'SubqueryExpr');
      const name = expr.slice(first.from, first.to);
      const inner = range?.firstChild;
      if (inner) {
        const [before] = given;
        const parameter = before && before !== range ? constantOf(expr, before) : undefined;
        return { call: node, inner, name, parameter, isFalling, isBare, chooses };
      }
      const [argument, ...others] = given;
      const isConstant = (part: SyntaxNode) =>
        part.name === 'StringLiteral' || constantOf(expr, part) !== undefined;
      if (!rising.has(name) || !argument || !others.every(isConstant)) return undefined;
      node = argument;
    } else if (node.name === 'AggregateExpr') {
      const [argument, ...others] = given;
      if (!argument || others.length > 0) return undefined;
      chooses.push(node.getChild('AggregateOp')?.firstChild?.name ?? '');
      node = argument;
    } else if (node.name === 'UnaryExpr') {
      if (expr.slice(first.from, first.to) === '-') isFalling = !isFalling;
      node = last;
    } else if (node.name === 'BinaryExpr') {
      const [left, right] = [first, last].map((side) => constantOf(expr, side));
      const number = left ?? right;
      if (number === undefined || !second) return undefined;
      const falls = fallsWith(second.name, left !== undefined, number);
      if (falls === undefined) return undefined;
      if (falls) isFalling = !isFalling;
      node = left === undefined ? first : last;
    } else {
      return undefined;
    }
    isBare = false;
  }
}

/** Whether arithmetic with a number gives less for a larger operand; `undefined` if that depends on the operand. */
function fallsWith(operation: string, isNumberFirst: boolean, number: number): boolean | undefined {
  if (operation === 'Add') return false;
  if (operation === 'Sub') return isNumberFirst;
  const scales = operation === 'Mul' || (operation === 'Div' && !isNumberFirst);
  return scales && number !== 0 ? number < 0 : undefined;
}
