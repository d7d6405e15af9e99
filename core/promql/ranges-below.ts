import type { SyntaxNode } from '@lezer/common';
import { childrenOf, walk } from '../syntax-tree.ts';
import { lengthMs, windowOf } from './longest-window.ts';

/** A range in an expression, of samples or of a subquery. */
export interface Range {
  readonly ms: number;
  /** As written, with its window. */
  readonly text: string;
  /** The step of a subquery, where it is written out. */
  readonly stepMs?: number;
  /** The function that it is given to. */
  readonly function: string;
}

/** What stands between a function and its range. */
const between = new Set(['OffsetExpr', 'StepInvariantExpr', 'ParenExpr', 'FunctionCallBody']);

/** Every range below a node, outermost first. */
export const rangesBelow = (expr: string, node: SyntaxNode): Range[] =>
  [...walk(node)].flatMap((inner) => {
    const [window, step] = isRange(inner) ? inner.getChildren('DurationExpr') : [];
    if (!window) return [];
    const text = expr.slice(inner.from, inner.to);
    const own = { ms: lengthMs(expr, window), text, function: callerOf(expr, inner) };
    return [step ? { ...own, stepMs: lengthMs(expr, step) } : own];
  });

export const isRange = ({ name }: SyntaxNode) => name === 'MatrixSelector' || name === 'SubqueryExpr';

function callerOf(expr: string, node: SyntaxNode): string {
  let above = node.parent;
  while (above && between.has(above.name)) above = above.parent;
  const name = above?.name === 'FunctionCall' ? childrenOf(above)[0] : undefined;
  return name ? expr.slice(name.from, name.to) : '';
}

/** Milliseconds that a node looks back at most: its longest range, and its longest offset before that. */
export const lookBack = (expr: string, node: SyntaxNode): number =>
  windowOf(expr, node) + offsetOf(expr, node);

/** Milliseconds of the longest offset below a node that looks back; 0 without any. */
export const offsetOf = (expr: string, node: SyntaxNode): number =>
  Math.max(
    0,
    ...[...walk(node)]
      .filter(({ name }) => name === 'OffsetDurationExpr')
      .map((offset) => lengthMs(expr, offset)),
  );
