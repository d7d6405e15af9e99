import { childrenOf, textOf, walk } from '../syntax-tree.ts';
import { callAt } from './call.ts';
import { longestWindow } from './longest-window.ts';
import { parsePromql } from './parse.ts';

/** A range selector to which a function is applied, e.g. `errors_total[1m]` in `rate(errors_total[1m])`. */
export interface RangeRead {
  readonly function: string;
  /** The selector with its range. */
  readonly text: string;
  /** The selector alone. */
  readonly selector: string;
  readonly windowMs: number;
}

/**
 * The ranges that the functions of an expression read, in their order.
 *
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export function rangesOf(expr: string): RangeRead[] {
  return [...walk(parsePromql(expr))].flatMap((node) => {
    const { name = '', args = [] } = callAt(expr, node) ?? {};
    const range = args
      .map((part) =>
        part.name === 'OffsetExpr' || part.name === 'StepInvariantExpr' ? part.firstChild : part,
      )
      .find((part) => part?.name === 'MatrixSelector');
    const [selector] = range ? childrenOf(range) : [];
    if (!range || !selector) return [];
    const text = textOf(expr, range);
    return [{ function: name, text, selector: textOf(expr, selector), windowMs: longestWindow(text) }];
  });
}

/**
 * The bucket expressions of every `histogram_quantile` in an expression.
 *
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export function quantileArgumentsOf(expr: string): string[] {
  return [...walk(parsePromql(expr))].flatMap((node) => {
    const { name, args = [] } = callAt(expr, node) ?? {};
    const buckets = args.at(-1);
    return buckets && name === 'histogram_quantile' ? [textOf(expr, buckets)] : [];
  });
}
