import type { SyntaxNode } from '@lezer/common';
import { childrenOf, walk } from '../syntax-tree.ts';
import { durationsOf } from './durations.ts';
import { lengthMs, windowOf } from './longest-window.ts';

/** A range selector or a subquery. */
export interface Range {
  readonly ms: number;
  /** As written, including the window. */
  readonly text: string;
  /** The step of a subquery, if it is explicit. */
  readonly stepMs?: number;
  /** Its own offset; 0 without one. */
  readonly offsetMs: number;
  /** The function that is applied to it; empty without one. */
  readonly function: string;
}

/** Nodes that may be between a function and its range. */
const between = new Set(['OffsetExpr', 'StepInvariantExpr', 'ParenExpr', 'FunctionCallBody']);

/** Every range below a node, outermost first. */
export const rangesBelow = (expr: string, node: SyntaxNode): Range[] =>
  [...walk(node)].flatMap((inner) => {
    const [window, step] = isRange(inner) ? inner.getChildren('DurationExpr') : [];
    if (!window) return [];
    const text = expr.slice(inner.from, inner.to);
    const own = {
      ms: lengthMs(expr, window),
      text,
      offsetMs: ownOffsetOf(expr, inner),
      function: callerOf(expr, inner),
    };
    return [step ? { ...own, stepMs: lengthMs(expr, step) } : own];
  });

function ownOffsetOf(expr: string, { parent }: SyntaxNode): number {
  const offset = parent?.name === 'OffsetExpr' ? parent.getChild('OffsetDurationExpr') : null;
  return offset ? lengthMs(expr, offset) : 0;
}

export const isRange = ({ name }: SyntaxNode) => name === 'MatrixSelector' || name === 'SubqueryExpr';

/** The function that is applied to a range node; empty without one. */
export function callerOf(expr: string, node: SyntaxNode): string {
  let above = node.parent;
  while (above && between.has(above.name)) above = above.parent;
  const name = above?.name === 'FunctionCall' ? childrenOf(above)[0] : undefined;
  return name ? expr.slice(name.from, name.to) : '';
}

/** The most that a node looks back, in milliseconds: its longest range plus its longest offset. */
export const lookBack = (expr: string, node: SyntaxNode): number =>
  windowOf(expr, node) + offsetOf(expr, node);

/** Milliseconds of the longest offset into the past below a node; 0 without one. */
export const offsetOf = (expr: string, node: SyntaxNode): number => Math.max(0, ...offsetsBelow(expr, node));

/** Milliseconds of every offset below a node; those into the future are negative. */
export const offsetsBelow = (expr: string, node: SyntaxNode): number[] =>
  durationsOf(node)
    .filter(({ name }) => name === 'OffsetDurationExpr')
    .map((offset) => lengthMs(expr, offset));
