import type { SyntaxNode } from '@lezer/common';
import { childrenOf } from '../syntax-tree.ts';
import { conditionsOf } from './conditions.ts';
import { parsePromql } from './parse.ts';
import { selectorOf } from './selectors-of.ts';

/** Suffixes of counters: https://prometheus.io/docs/practices/naming/ and the series of histograms and summaries. */
const counter = /_(total|count|sum)$/;

/**
 * Returns the counter that a rule compares by its own value, as in `errors_total > 10`; `undefined` if it compares none so.
 * A counter only rises, so such a rule stays true until the process restarts.
 *
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export const rawCounter = (expr: string): string | undefined =>
  conditionsOf(expr)
    .filter(({ operator }) => operator === '>' || operator === '>=')
    .map(({ left = '' }) => counterAt(left, parsePromql(left)))
    .find((found) => found !== undefined);

/** Sums and the like of a counter rise as it does. */
function counterAt(expr: string, node: SyntaxNode): string | undefined {
  if (node.name === 'VectorSelector') {
    const { metric, text } = selectorOf(expr, node);
    return counter.test(metric) ? text : undefined;
  }
  if (node.name !== 'ParenExpr' && node.name !== 'AggregateExpr') return undefined;
  const [operator] = childrenOf(node);
  if (operator && /^(count|group|stddev|stdvar)/.test(expr.slice(operator.from, operator.to)))
    return undefined;
  const inner = childrenOf(node.getChild('FunctionCallBody') ?? node).at(-1);
  return inner && counterAt(expr, inner);
}
