import type { SyntaxNode } from '@lezer/common';
import { childrenOf } from '../syntax-tree.ts';
import { parsePromql } from './parse.ts';

/** A comparison with `bool`, as written: it gives 0 or 1, and so is an alert for every series that it compares. */
export interface BoolComparison {
  readonly left: string;
  /** Without `bool`, e.g. `>`. */
  readonly operator: string;
  readonly right: string;
}

const comparisons = new Set(['>', '>=', '<', '<=', '==', '!=']);

/**
 * The comparison with `bool` that decides over an expression: the outermost one, seen through parentheses and through
 * either side of `and` and `or`, and the left one of `unless`.
 *
 * @returns `undefined` where there is none, or where something compares its result in turn.
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export function boolComparison(expr: string): BoolComparison | undefined {
  return find(expr, parsePromql(expr), true);
}

/**
 * Whether such a comparison alone decides, so that the expression has a value for every series whatever their values are:
 * it is the whole expression, or a side of its outermost `or`.
 *
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export const isDecidedByBool = (expr: string): boolean => find(expr, parsePromql(expr), false) !== undefined;

/** @param mayShare whether another side may decide too: `and` and `unless` are seen through. */
function find(expr: string, node: SyntaxNode, mayShare: boolean): BoolComparison | undefined {
  const parts = childrenOf(node);
  const [first, operator] = parts;
  const last = parts.at(-1);
  if (!first || !last) return undefined;
  if (node.name === 'ParenExpr') return find(expr, first, mayShare);
  if (node.name !== 'BinaryExpr' || !operator) return undefined;
  if (!mayShare && (operator.name === 'And' || operator.name === 'Unless')) return undefined;
  if (operator.name === 'And' || operator.name === 'Or')
    return find(expr, first, mayShare) ?? find(expr, last, mayShare);
  if (operator.name === 'Unless') return find(expr, first, mayShare);
  const textOf = ({ from, to }: SyntaxNode) => expr.slice(from, to);
  const sign = textOf(operator);
  if (!comparisons.has(sign) || !parts.some(({ name }) => name === 'BoolModifier')) return undefined;
  return { left: textOf(first), operator: sign, right: textOf(last) };
}
