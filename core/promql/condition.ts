import type { SyntaxNode } from '@lezer/common';
import { childrenOf } from '../syntax-tree.ts';

/** An expression as its set operators join it: `test` is a part without any at its top. */
export type Joined =
  | { readonly kind: 'test'; readonly node: SyntaxNode }
  | { readonly kind: 'and' | 'or' | 'unless'; readonly left: Joined; readonly right: Joined };

const joins: Readonly<Record<string, 'and' | 'or' | 'unless'>> = { And: 'and', Or: 'or', Unless: 'unless' };

/** Takes an expression apart at its outermost set operators, through parentheses. */
export function joinedAt(node: SyntaxNode): Joined {
  const parts = childrenOf(node);
  const [first, operator] = parts;
  const last = parts.at(-1);
  if (node.name === 'ParenExpr' && first) return joinedAt(first);
  const kind = node.name === 'BinaryExpr' && operator ? joins[operator.name] : undefined;
  if (!kind || !first || !last) return { kind: 'test', node };
  return { kind, left: joinedAt(first), right: joinedAt(last) };
}
