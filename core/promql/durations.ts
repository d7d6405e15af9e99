import type { SyntaxNode } from '@lezer/common';
import { parseDuration } from '../duration.ts';
import { badInput } from '../errors.ts';
import { childrenOf, walk } from '../syntax-tree.ts';

const literal = 'NumberDurationLiteralInDurationContext';

/**
 * Milliseconds of a literal in a duration context, where a bare number means seconds.
 *
 * @throws FiredrillError `bad-input` for an infinite value (`inf`, `nan`).
 */
export function literalMs(expr: string, node: SyntaxNode): number {
  const text = expr.slice(node.from, node.to);
  const ms = parseDuration(text) ?? Number(text.replaceAll('_', '')) * 1000;
  if (Number.isFinite(ms)) return ms;
  throw badInput({
    where: `PromQL expression: character ${node.from + 1}`,
    message: `"${text}" is not a finite duration`,
  });
}

const hasUnit = (expr: string, node: SyntaxNode) =>
  [...walk(node)].some(
    (n) =>
      n.name === 'DurationStep' ||
      n.name === 'DurationRange' ||
      (n.name === literal && parseDuration(expr.slice(n.from, n.to)) !== undefined),
  );

/**
 * The literals that determine the length of a duration. In a product or quotient that is one operand only: dividing `5`
 * in `5m * 2` scales the product, and dividing `2` as well would scale it twice.
 *
 * @throws FiredrillError `bad-input` for a power, which cannot be scaled.
 */
export function lengthLiterals(expr: string, node: SyntaxNode): SyntaxNode[] {
  if (node.name === literal) return [node];
  const parts = childrenOf(node);
  const [left, operator, right] = parts;
  if (left && right && (operator?.name === 'Mul' || operator?.name === 'Div')) {
    const onRight = operator.name === 'Mul' && !hasUnit(expr, left) && hasUnit(expr, right);
    return lengthLiterals(expr, onRight ? right : left);
  }
  if (operator?.name === 'Pow') {
    throw badInput({
      where: `PromQL expression: character ${operator.from + 1}`,
      message: 'a power in a duration cannot be scaled',
      hint: 'write the duration as a literal',
    });
  }
  return parts.flatMap((part) => lengthLiterals(expr, part));
}

/** The outermost duration nodes of an expression: range windows, subquery ranges and steps, offsets. */
export function durationsOf(node: SyntaxNode): SyntaxNode[] {
  if (node.name === 'DurationExpr' || node.name === 'OffsetDurationExpr') return [node];
  return childrenOf(node).flatMap(durationsOf);
}
