import type { SyntaxNode } from '@lezer/common';
import { childrenOf, textOf, walk } from '../syntax-tree.ts';
import { arithmetic } from './constant.ts';
import { operationAt, setOperators } from './operation.ts';
import { isComparison } from './outer-comparison.ts';
import { bindOffsets, parsePromql } from './parse.ts';

/**
 * A comparison with `bool`, as written. It gives 0 or 1, so as an alert's expression it fires for every series that it
 * compares.
 */
export interface BoolComparison {
  readonly left: string;
  /** Without `bool`, e.g. `>`. */
  readonly operator: string;
  readonly right: string;
}

/**
 * The outermost comparison with `bool` that decides an expression. The search descends into parentheses, aggregations,
 * functions and arithmetic, which have a value wherever their operand has one; into both sides of `and` and `or`; and
 * into the left side of `unless`.
 *
 * @returns `undefined` without one, or if its result is compared in turn.
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export function boolComparison(written: string): BoolComparison | undefined {
  const expr = bindOffsets(written);
  return find(expr, parsePromql(expr), true);
}

/**
 * Whether such a comparison decides alone, so that the expression has a value for every series regardless of its value:
 * it is the whole expression, or a side of its outermost `or`.
 *
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export const isDecidedByBool = (expr: string): boolean => find(expr, parsePromql(expr), false) !== undefined;

/** Nodes that have a value wherever their operand has one, except for `absent`. */
const transparent = new Set([
  'ParenExpr',
  'UnaryExpr',
  'AggregateExpr',
  'FunctionCall',
  'FunctionCallBody',
  'SubqueryExpr',
]);

/**
 * @param mayShare whether another operand may decide too: the search then also descends into `and`, `unless` and
 * operands of arithmetic that may have no value.
 */
function find(expr: string, node: SyntaxNode, mayShare: boolean): BoolComparison | undefined {
  if (transparent.has(node.name)) {
    if (/^absent/.test(textOf(expr, node))) return undefined;
    return childrenOf(node)
      .map((part) => find(expr, part, mayShare))
      .find((found) => found !== undefined);
  }
  const operation = operationAt(node);
  if (!operation) return undefined;
  const { left, operator, right, bool } = operation;
  const kind = setOperators[operator.name];
  if (kind) {
    if (!mayShare && kind !== 'or') return undefined;
    const ofLeft = find(expr, left, mayShare);
    return kind === 'unless' ? ofLeft : (ofLeft ?? find(expr, right, mayShare));
  }
  if (operator.name in arithmetic) {
    const sides = [left, right].map((side) => find(expr, side, mayShare));
    const decides = mayShare
      ? sides.some(Boolean)
      : [left, right].every((side, i) => sides[i] ?? isPlain(expr, side));
    return decides ? (sides[0] ?? sides[1]) : undefined;
  }
  const sign = textOf(expr, operator);
  return bool && isComparison(sign)
    ? { left: textOf(expr, left), operator: sign, right: textOf(expr, right) }
    : undefined;
}

/** Whether nothing in the node drops series by their values. */
const isPlain = (expr: string, node: SyntaxNode): boolean =>
  [...walk(node)].every((inner) => {
    const { operator } = operationAt(inner) ?? {};
    return (
      !operator ||
      !(operator.name === 'And' || operator.name === 'Unless' || isComparison(textOf(expr, operator)))
    );
  });
