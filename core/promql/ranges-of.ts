import { childrenOf, walk } from '../syntax-tree.ts';
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
  const textOf = ({ from, to }: { from: number; to: number }) => expr.slice(from, to);
  return [...walk(parsePromql(expr))].flatMap((node) => {
    const [name, body] = childrenOf(node);
    if (node.name !== 'FunctionCall' || !name || !body) return [];
    const range = childrenOf(body)
      .map((part) =>
        part.name === 'OffsetExpr' || part.name === 'StepInvariantExpr' ? part.firstChild : part,
      )
      .find((part) => part?.name === 'MatrixSelector');
    const [selector] = range ? childrenOf(range) : [];
    if (!range || !selector) return [];
    const text = textOf(range);
    return [{ function: textOf(name), text, selector: textOf(selector), windowMs: longestWindow(text) }];
  });
}

/**
 * The bucket expressions of every `histogram_quantile` in an expression.
 *
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export function quantileArgumentsOf(expr: string): string[] {
  return [...walk(parsePromql(expr))].flatMap((node) => {
    const [name, body] = childrenOf(node);
    if (node.name !== 'FunctionCall' || !name || !body) return [];
    if (expr.slice(name.from, name.to) !== 'histogram_quantile') return [];
    const buckets = childrenOf(body).at(-1);
    return buckets ? [expr.slice(buckets.from, buckets.to)] : [];
  });
}
