import type { SyntaxNode } from '@lezer/common';
import { rangeMs } from './longest-window.ts';
import { childrenOf, parsePromql, walk } from './parse.ts';

/** A range selector and the function that is given it. */
export interface Range {
  /** As written, e.g. `x{job="shop"}[5m]`. */
  readonly text: string;
  /** Empty where it is given to none. */
  readonly functionName: string;
  readonly windowMs: number;
  /** Empty where the selector names none. */
  readonly metric: string;
}

/**
 * Every range selector of an expression; subqueries, whose samples are evaluations, are left out.
 *
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export const rangesOf = (expr: string): Range[] =>
  [...walk(parsePromql(expr))]
    .filter((node) => node.name === 'MatrixSelector')
    .map((node) => ({
      text: expr.slice(node.from, node.to),
      functionName: functionAround(expr, node),
      windowMs: rangeMs(expr, node),
      metric: metricIn(expr, node),
    }));

function functionAround(expr: string, node: SyntaxNode): string {
  for (let parent = node.parent; parent; parent = parent.parent) {
    if (parent.name !== 'FunctionCall') continue;
    const [identifier] = childrenOf(parent);
    return identifier ? expr.slice(identifier.from, identifier.to) : '';
  }
  return '';
}

function metricIn(expr: string, node: SyntaxNode): string {
  const name = [...walk(node)].find((part) => part.name === 'Identifier');
  return name ? expr.slice(name.from, name.to) : '';
}
