import type { SyntaxNode } from '@lezer/common';
import { childrenOf, textOf } from '../syntax-tree.ts';

/** The call of a function. */
export interface Call {
  readonly name: string;
  readonly args: readonly SyntaxNode[];
}

/** The call at a node; `undefined` for other nodes, such as aggregations. */
export function callAt(expr: string, node: SyntaxNode): Call | undefined {
  const [name, body] = node.name === 'FunctionCall' ? childrenOf(node) : [];
  return name && { name: textOf(expr, name), args: body ? childrenOf(body) : [] };
}

/** Functions that have a value where their argument has none. */
export const absenceFunctions: ReadonlySet<string> = new Set(['absent', 'absent_over_time']);
