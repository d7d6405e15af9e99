import type { SyntaxNode } from '@lezer/common';
import { parseDuration } from '../duration.ts';
import { badInput } from '../errors.ts';
import { childrenOf, walk } from '../syntax-tree.ts';

const literal = 'NumberDurationLiteralInDurationContext';

/**
 * Milliseconds of a literal where a duration is expected; a bare number there means seconds.
 *
 * @throws FiredrillError `bad-input` for one that is no finite length (`inf`, `nan`).
 */
export function literalMs(expr: string, node: SyntaxNode): number {
  const text = expr.slice(node.from, node.to);
  const ms = parseDuration(text) ?? Number(text.replaceAll('_', '')) * 1000;
  if (Number.isFinite(ms)) return ms;
  throw badInput({
    where: `PromQL expression: character ${node.from + 1}`,
    message: `"${text}" is no finite duration`,
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
 * The literals of a duration that carry its length. In a product or quotient that is one operand only:
 * `5m * 2` becomes shorter when `5m` does, and would become so twice if `2` were divided as well.
 *
 * @throws FiredrillError `bad-input` for a power, of which no part is a length.
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
      hint: 'write the duration out',
    });
  }
  return parts.flatMap((part) => lengthLiterals(expr, part));
}

/** The outermost duration nodes of an expression: range windows, subquery ranges and steps, offsets. */
export function durationsOf(node: SyntaxNode): SyntaxNode[] {
  if (node.name === 'DurationExpr' || node.name === 'OffsetDurationExpr') return [node];
  return childrenOf(node).flatMap(durationsOf);
}
