import type { SyntaxNode } from '@lezer/common';
import { childrenOf } from '../syntax-tree.ts';

/** An expression split at its set operators. `test` is a part without a set operator at its top. */
export type SetExpression =
  | { readonly kind: 'test'; readonly node: SyntaxNode }
  | { readonly kind: 'and' | 'or' | 'unless'; readonly left: SetExpression; readonly right: SetExpression };

const joins: Readonly<Record<string, 'and' | 'or' | 'unless'>> = { And: 'and', Or: 'or', Unless: 'unless' };

/** Splits an expression at its outermost set operators, also inside parentheses. */
export function splitAtSetOperators(node: SyntaxNode): SetExpression {
  const parts = childrenOf(node);
  const [first, operator] = parts;
  const last = parts.at(-1);
  if (node.name === 'ParenExpr' && first) return splitAtSetOperators(first);
  const kind = node.name === 'BinaryExpr' && operator ? joins[operator.name] : undefined;
  if (!kind || !first || !last) return { kind: 'test', node };
  return { kind, left: splitAtSetOperators(first), right: splitAtSetOperators(last) };
}
