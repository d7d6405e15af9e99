import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { badInput } from '../errors.ts';

/** Children of a node, in order, without comments. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.name !== 'LineComment') children.push(child);
  }
  return children;
}

/** A node and everything below it, outermost and leftmost first. */
export function* walk(node: SyntaxNode): Generator<SyntaxNode> {
  yield node;
  for (const child of childrenOf(node)) yield* walk(child);
}

/**
 * Parses a PromQL expression with Prometheus' own grammar. The grammar knows no types: an expression that
 * parses may still be refused by Prometheus.
 *
 * @returns the node of the whole expression.
 * @throws FiredrillError `bad-input` with the position of the first thing that does not parse.
 */
export function parsePromql(expr: string): SyntaxNode {
  const top = parser.parse(expr).topNode;
  for (const node of walk(top)) {
    if (node.type.isError) throw unparsable(expr, node);
  }
  const [whole] = childrenOf(top);
  if (!whole) throw badInput({ where: 'PromQL expression', message: 'is empty' });
  return whole;
}

/**
 * An expression with parentheses around each vector that has an offset: without them the grammar takes
 * `a > b offset 1d` for an offset of the whole comparison, and Prometheus takes it for one of `b`.
 *
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export function bindOffsets(expr: string): string {
  for (const node of walk(parsePromql(expr))) {
    if (node.name !== 'OffsetExpr' && node.name !== 'StepInvariantExpr') continue;
    let operand = node.firstChild;
    while (operand && operations.has(operand.name)) operand = operand.lastChild;
    if (!operand || operand.from === node.from) continue;
    const [before, own, after] = [
      expr.slice(0, operand.from),
      expr.slice(operand.from, node.to),
      expr.slice(node.to),
    ];
    return bindOffsets(`${before}(${own})${after}`);
  }
  return expr;
}

const operations = new Set(['BinaryExpr', 'UnaryExpr']);

function unparsable(expr: string, { from }: SyntaxNode) {
  const lines = expr.slice(0, from).split('\n');
  const rest = expr.slice(from, from + 20).trim();
  return badInput({
    where: `PromQL expression: line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`,
    message: rest ? `does not parse at "${rest}"` : 'ends too early',
  });
}
