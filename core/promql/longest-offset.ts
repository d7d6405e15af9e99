import { childrenOf, walk } from '../syntax-tree.ts';
import { literalMs } from './durations.ts';
import { parsePromql } from './parse.ts';

/**
 * Milliseconds of the longest `offset` into the past; 0 without one. Negative offsets count as 0.
 *
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export function longestOffset(expr: string): number {
  const lengths = [...walk(parsePromql(expr))]
    .filter(({ name }) => name === 'NumberDurationLiteralInDurationContext')
    .filter(({ parent }) => parent?.name === 'OffsetDurationExpr')
    // The minus sign of `offset -1m` is in the parent node.
    .filter(({ parent }) => ![parent, parent?.parent].some((node) => node && isNegative(expr, node)))
    .map((literal) => literalMs(expr, literal));
  return Math.max(0, ...lengths);
}

const isNegative = (expr: string, node: Parameters<typeof childrenOf>[0]) =>
  node.name === 'OffsetDurationExpr' &&
  childrenOf(node).some(({ name, from, to }) => name === 'UnaryOp' && expr.slice(from, to) === '-');
