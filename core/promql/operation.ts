import type { SyntaxNode } from '@lezer/common';
import { childrenOf } from '../syntax-tree.ts';

/** A binary operation. */
export interface Operation {
  readonly left: SyntaxNode;
  readonly operator: SyntaxNode;
  readonly right: SyntaxNode;
  /** The comparison has the modifier `bool`: it gives 0 or 1 and drops nothing. */
  readonly bool: boolean;
}

/** The binary operation at a node; `undefined` for other nodes. */
export function operationAt(node: SyntaxNode): Operation | undefined {
  if (node.name !== 'BinaryExpr') return undefined;
  const parts = childrenOf(node);
  const [left, operator] = parts;
  // Between the operator and the right side are `bool` and the clauses of vector matching.
  const right = parts.at(-1);
  if (!left || !operator || !right) return undefined;
  return { left, operator, right, bool: parts.some(({ name }) => name === 'BoolModifier') };
}

/** The set operators, by their names in the grammar. */
export const setOperators: Readonly<Record<string, 'and' | 'or' | 'unless' | undefined>> = {
  And: 'and',
  Or: 'or',
  Unless: 'unless',
};
