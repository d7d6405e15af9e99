import type { SyntaxNode } from '@lezer/common';
import { childrenOf } from '../syntax-tree.ts';
import { operationAt } from './operation.ts';
import { parsePromql } from './parse.ts';
import { selectorOf } from './selectors-of.ts';

const filters = new Set(['Gtr', 'Gte', 'Lss', 'Lte', 'Eql', 'Neq', 'And', 'Unless']);

/**
 * Whether an expression has no value at times, though the series that it reads are there: it drops series by their values.
 *
 * @param comesAndGoes whether a metric does.
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export const isSparse = (expr: string, comesAndGoes: (metric: string) => boolean): boolean =>
  sparseAt(expr, parsePromql(expr), comesAndGoes);

function sparseAt(expr: string, node: SyntaxNode, comesAndGoes: (metric: string) => boolean): boolean {
  if (node.name === 'VectorSelector') return comesAndGoes(selectorOf(expr, node).metric);
  const parts = childrenOf(node);
  const sparse = parts.map((part) => sparseAt(expr, part, comesAndGoes));
  const { operator, bool = false } = operationAt(node) ?? {};
  if (operator?.name === 'Or') return sparse[0] === true && sparse.at(-1) === true;
  const isFilter = operator !== undefined && filters.has(operator.name) && !bool;
  return isFilter || sparse.includes(true);
}
