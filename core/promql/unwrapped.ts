import type { SyntaxNode } from '@lezer/common';
import { childrenOf } from '../syntax-tree.ts';

/** What is inside the parentheses around a node. */
export function unwrapped(node: SyntaxNode): SyntaxNode {
  const [first] = childrenOf(node);
  return node.name === 'ParenExpr' && first ? unwrapped(first) : node;
}
