import { parser } from '@grafana/lezer-logql';
import type { SyntaxNode } from '@lezer/common';
import { parseWhole } from '../syntax-tree.ts';

const hint = 'if Loki takes it, write it in another way, or drill it with --pace real';

/**
 * Parses a LogQL expression with Grafana's grammar, which does not know everything that Loki takes.
 *
 * The grammar has another precedence than Loki: in `a / b > 1` it takes `b > 1` for the right side of `/`. What stands
 * around range aggregations is therefore read as PromQL, see `asPromql`.
 *
 * @returns the node of the whole expression.
 * @throws FiredrillError `bad-input` with the position of the first thing that does not parse.
 */
export const parseLogql = (expr: string): SyntaxNode =>
  parseWhole({ name: 'LogQL', parser, tolerates: isOffsetOfUnwrapped, hint }, expr);

/**
 * `… | json | unwrap a [5m] offset 1h`, which Loki takes and the grammar does not: its parser reads on, and leaves `offset`
 * and its duration as an error each.
 */
const isOffsetOfUnwrapped = (error: SyntaxNode): boolean =>
  isOffset(error)
    ? error.nextSibling?.firstChild?.name === 'Duration'
    : error.firstChild?.name === 'Duration' && error.prevSibling !== null && isOffset(error.prevSibling);

const isOffset = ({ type, firstChild, prevSibling }: SyntaxNode): boolean =>
  type.isError && firstChild?.name === 'Offset' && prevSibling?.lastChild?.name === 'Range';
