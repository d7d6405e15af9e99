import type { SyntaxNode } from '@lezer/common';
import { childrenOf } from '../syntax-tree.ts';
import { constantOf } from './constant.ts';
import { bindOffsets, parsePromql } from './parse.ts';

export type ComparisonOperator = '>' | '>=' | '<' | '<=' | '==' | '!=';

export interface ThresholdComparison {
  /** The left side, as written. */
  readonly left: string;
  readonly operator: ComparisonOperator;
  readonly threshold: number;
}

/** Each operator with its sides exchanged. */
export const mirrored: Readonly<Record<string, ComparisonOperator | undefined>> = {
  '>': '<',
  '>=': '<=',
  '<': '>',
  '<=': '>=',
  '==': '==',
  '!=': '!=',
};

/** The node that a comparison with a constant filters, and the comparison; `undefined` for other nodes. */
export function comparisonAt(
  expr: string,
  node: SyntaxNode,
): (ThresholdComparison & { node: SyntaxNode }) | undefined {
  if (node.name !== 'BinaryExpr') return undefined;
  const parts = childrenOf(node);
  const [left, operator] = parts;
  const right = parts.at(-1);
  const sign = operator && expr.slice(operator.from, operator.to);
  const mirroredSign = sign && mirrored[sign];
  // With `bool` it does not filter: the alert fires whatever the result.
  if (!left || !right || !mirroredSign || parts.some((part) => part.name === 'BoolModifier'))
    return undefined;
  const [below, above] = [constantOf(expr, left), constantOf(expr, right)];
  if ((below === undefined) === (above === undefined)) return undefined;
  const [compared, threshold, reads] =
    above === undefined ? [right, below, mirroredSign] : [left, above, sign];
  return {
    node: compared,
    left: expr.slice(compared.from, compared.to),
    operator: reads as ComparisonOperator,
    threshold: threshold as number,
  };
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
  const parts = childrenOf(node);
  const [first, operator] = parts;
  const last = parts.at(-1);
  if (!first || !last) return undefined;
  if (node.name === 'ParenExpr') return find(expr, first);
  if (node.name !== 'BinaryExpr') return undefined;
  if (operator?.name === 'And' || operator?.name === 'Or') return find(expr, first) ?? find(expr, last);
  if (operator?.name === 'Unless') return find(expr, first);
  return comparisonAt(expr, node);
}
