import type { SyntaxNode } from '@lezer/common';
import { childrenOf } from '../syntax-tree.ts';

/** Aggregations whose result is at most the largest of their series, and at least the smallest. */
const between = new Set(['Max', 'Min', 'Avg', 'Topk', 'Bottomk']);

/** The vector of an aggregation, and whether its results are no larger and no smaller than the values in it. */
export function aggregationOf(
  node: SyntaxNode,
): { readonly operation: string; readonly isBetween: boolean; readonly vector: SyntaxNode } | undefined {
  const operation = node.getChild('AggregateOp')?.firstChild?.name;
  const body = node.getChild('FunctionCallBody');
  const vector = body ? childrenOf(body).at(-1) : undefined;
  return operation === undefined || !vector
    ? undefined
    : { operation, isBetween: between.has(operation), vector };
}
