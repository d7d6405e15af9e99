import type { SyntaxNode } from '@lezer/common';
import { textOf } from '../syntax-tree.ts';
import { constantOf } from './constant.ts';
import { operationAt, setOperators } from './operation.ts';
import { bindOffsets, parsePromql } from './parse.ts';
import { unwrapped } from './unwrapped.ts';

export interface ThresholdComparison {
  /** The left side, as written. */
  readonly left: string;
  readonly operator: ComparisonOperator;
  readonly threshold: number;
}

/** Each operator with its sides exchanged. */
const mirrored = {
  '>': '<',
  '>=': '<=',
  '<': '>',
  '<=': '>=',
  '==': '==',
  '!=': '!=',
} as const;

export type ComparisonOperator = keyof typeof mirrored;

export const isComparison = (sign: string): sign is ComparisonOperator => sign in mirrored;

/** A comparison's operator with the sides exchanged; any other text as it is. */
export const turned = (sign: string): string => (isComparison(sign) ? mirrored[sign] : sign);

/** A comparison, turned around if its left side is a number. */
export interface Compared {
  readonly left: SyntaxNode;
  readonly operator: ComparisonOperator;
  /** The number that the left side is compared with. */
  readonly threshold?: number;
  /** The vector that it is compared with, if it is not a number. */
  readonly right?: SyntaxNode;
  /** The comparison has the modifier `bool`. */
  readonly bool?: true;
}

/** The comparison at a node; `undefined` for other nodes, and for a comparison of two numbers. */
export function comparedAt(expr: string, node: SyntaxNode): Compared | undefined {
  const operation = operationAt(node);
  if (!operation) return undefined;
  const { left, right } = operation;
  const operator = textOf(expr, operation.operator);
  if (!isComparison(operator)) return undefined;
  const bool = operation.bool ? ({ bool: true } as const) : {};
  const [below, above] = [constantOf(expr, left), constantOf(expr, right)];
  if (below !== undefined && above !== undefined) return undefined;
  if (above !== undefined) return { left, operator, threshold: above, ...bool };
  if (below !== undefined) return { left: right, operator: mirrored[operator], threshold: below, ...bool };
  return { left, operator, right, ...bool };
}

/** The node that a comparison with a constant filters, and the comparison; `undefined` for other nodes. */
export function comparisonAt(
  expr: string,
  node: SyntaxNode,
): (ThresholdComparison & { readonly node: SyntaxNode }) | undefined {
  const { left, operator, threshold, bool } = comparedAt(expr, node) ?? {};
  // With `bool` it does not filter: the alert fires whatever the result.
  if (!left || !operator || threshold === undefined || bool) return undefined;
  return { node: left, left: textOf(expr, left), operator, threshold };
}

/**
 * The outermost comparison with a number or arithmetic on numbers, such as `> 14.4 * (1 - 0.99)`. A comparison with the
 * number on the left is turned around. The search descends into parentheses, into the operands of `and` and `or` (the
 * first one with a comparison counts) and into the left side of `unless`.
 *
 * @returns `undefined` without one, or for a `bool` comparison, which does not filter.
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export function outerComparison(written: string): ThresholdComparison | undefined {
  const expr = bindOffsets(written);
  const found = find(expr, parsePromql(expr));
  if (!found) return undefined;
  const { left, operator, threshold } = found;
  return { left, operator, threshold };
}

function find(expr: string, node: SyntaxNode): ThresholdComparison | undefined {
  const inner = unwrapped(node);
  const operation = operationAt(inner);
  const kind = operation && setOperators[operation.operator.name];
  if (!kind) return comparisonAt(expr, inner);
  const ofLeft = find(expr, operation.left);
  return kind === 'unless' ? ofLeft : (ofLeft ?? find(expr, operation.right));
}
