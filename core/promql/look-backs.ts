import { walk } from '../syntax-tree.ts';
import { lengthMs, rangeMs } from './longest-window.ts';
import { bindOffsets, parsePromql } from './parse.ts';
import { callerOf, isRange } from './ranges-below.ts';
import { selectorOf, type VectorSelector } from './selectors-of.ts';

/** A vector selector, with how far back an evaluation reads its samples. */
export interface LookBack extends VectorSelector {
  /**
   * From the evaluation back to the oldest sample that is read, in milliseconds: the ranges, subqueries and offsets around
   * the selector add up. 0 for the latest sample.
   */
  readonly backMs: number;
  /** The function that is applied to its range, e.g. `rate`; empty without one. */
  readonly function: string;
}

/**
 * Every vector selector of an expression, in their order. Offsets into the future and `@` count as none.
 *
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export function lookBacksOf(written: string): LookBack[] {
  const expr = bindOffsets(written);
  return [...walk(parsePromql(expr))]
    .filter(({ name }) => name === 'VectorSelector')
    .map((selector) => {
      let backMs = 0;
      for (let node = selector.parent; node; node = node.parent) {
        if (isRange(node)) backMs += rangeMs(expr, node);
        for (const offset of node.name === 'OffsetExpr' ? node.getChildren('OffsetDurationExpr') : [])
          backMs += Math.max(0, lengthMs(expr, offset));
      }
      const range = selector.parent && isRange(selector.parent) ? selector.parent : undefined;
      return {
        ...selectorOf(expr, selector),
        backMs,
        function: range ? callerOf(expr, range) : '',
      };
    });
}
