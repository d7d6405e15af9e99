import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { parseWhole, walk } from '../syntax-tree.ts';
import { applyEdits } from '../text-edits.ts';

/**
 * Parses a PromQL expression with Prometheus' own grammar. The grammar does not check types: Prometheus may still
 * reject an expression that parses.
 *
 * @returns the node of the whole expression.
 * @throws FiredrillError `bad-input` with the position of the first syntax error.
 */
export const parsePromql = (expr: string): SyntaxNode => parseWhole({ name: 'PromQL', parser, calls }, expr);

const calls = new Set(['FunctionIdentifier', 'AggregateOp']);

/**
 * Adds parentheses around each vector with an offset. Without them the grammar applies the offset in `a > b offset 1d`
 * to the whole comparison, where Prometheus applies it to `b`.
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
      { from, to: from, replacement: '(' },
      { from: node.to, to: node.to, replacement: ')' },
    ];
    return bindOffsets(applyEdits(expr, parentheses));
  }
  return expr;
}

const operations = new Set(['BinaryExpr', 'UnaryExpr']);
