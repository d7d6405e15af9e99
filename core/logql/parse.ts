import { parser } from '@grafana/lezer-logql';
import type { SyntaxNode } from '@lezer/common';
import { parseWhole } from '../syntax-tree.ts';

const hint = 'if Loki takes it, write it in another way, or drill it with --pace real';

/**
 * Parses a LogQL expression with Grafana's grammar, which lacks some syntax that Loki accepts.
 *
 * The grammar's operator precedence differs from Loki's: in `a / b > 1` it takes `b > 1` as the right operand of `/`.
 * The operators around range aggregations are therefore parsed as PromQL, see `translateToPromql`.
 *
 * @returns the node of the whole expression.
 * @throws FiredrillError `bad-input` with the position of the first syntax error.
 */
export const parseLogql = (expr: string): SyntaxNode =>
  parseWhole({ name: 'LogQL', parser, calls, tolerates: isOffsetOfUnwrapped, hint }, expr);

const calls = new Set(['RangeOp', 'VectorOp', 'LabelAggOp', 'LabelReplaceExpr', 'VectorExpr']);

/**
 * Whether the error is the offset in `… | json | unwrap a [5m] offset 1h`, which Loki accepts and the grammar does not:
 * the parser recovers and marks `offset` and its duration as one error each.
 */
const isOffsetOfUnwrapped = (error: SyntaxNode): boolean =>
  isOffset(error)
    ? error.nextSibling?.firstChild?.name === 'Duration'
    : error.firstChild?.name === 'Duration' && error.prevSibling !== null && isOffset(error.prevSibling);

const isOffset = ({ type, firstChild, prevSibling }: SyntaxNode): boolean =>
  type.isError && firstChild?.name === 'Offset' && prevSibling?.lastChild?.name === 'Range';
