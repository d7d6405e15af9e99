import type { SyntaxNode } from '@lezer/common';
import { childrenOf } from '../syntax-tree.ts';
import { arithmetic } from './constant.ts';
import { literalMs } from './durations.ts';
import { parsePromql } from './parse.ts';

/**
 * Milliseconds of the longest range of an expression; 0 without one. A subquery's range is added to the ranges inside
 * it. Offsets are not counted: they move a window without extending it.
 *
 * `step()` and `range()` in a duration count as 0: they are known only when the query runs.
 *
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export function longestWindow(expr: string): number {
  return windowOf(expr, parsePromql(expr));
}

/** `longestWindow` of a node. */
export function windowOf(expr: string, node: SyntaxNode): number {
  const inside = Math.max(0, ...childrenOf(node).map((child) => windowOf(expr, child)));
  return node.name === 'MatrixSelector' || node.name === 'SubqueryExpr'
    ? inside + rangeMs(expr, node)
    : inside;
}

/** Milliseconds of the window of a range selector or subquery node itself. */
export function rangeMs(expr: string, range: SyntaxNode): number {
  const window = range.getChild('DurationExpr');
  return window ? lengthMs(expr, window) : 0;
}

/** Milliseconds of a duration, which may be arithmetic. */
export const lengthMs = (expr: string, node: SyntaxNode): number => Math.round(1000 * secondsOf(expr, node));

const operations: Record<string, (a: number, b: number) => number> = {
  ...arithmetic,
  DurationMinOf: Math.min,
  DurationMaxOf: Math.max,
};

function secondsOf(expr: string, node: SyntaxNode): number {
  if (node.name === 'NumberDurationLiteralInDurationContext') return literalMs(expr, node) / 1000;
  const parts = childrenOf(node);
  const [a = 0, b] = parts
    .filter((part) => part.name !== 'UnaryOp' && !(part.name in operations))
    .map((part) => secondsOf(expr, part));
  const operation = parts.map((part) => operations[part.name]).find((known) => known);
  if (operation && b !== undefined) return operation(a, b);
  const [first] = parts;
  return first?.name === 'UnaryOp' && expr.slice(first.from, first.to) === '-' ? -a : a;
}
