import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { edited } from '../edited.ts';
import { parseWhole, walk } from '../syntax-tree.ts';

/**
 * Parses a PromQL expression with Prometheus' own grammar. The grammar knows no types: an expression that
 * parses may still be refused by Prometheus.
 *
 * @returns the node of the whole expression.
 * @throws FiredrillError `bad-input` with the position of the first thing that does not parse.
 */
export const parsePromql = (expr: string): SyntaxNode => parseWhole({ name: 'PromQL', parser }, expr);

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
    const { from } = operand;
    const parentheses = [
      { from, to: from, by: '(' },
      { from: node.to, to: node.to, by: ')' },
    ];
    return bindOffsets(edited(expr, parentheses));
  }
  return expr;
}

const operations = new Set(['BinaryExpr', 'UnaryExpr']);
