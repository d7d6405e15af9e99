import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { parseWhole } from '../syntax-tree.ts';

/**
 * Parses a PromQL expression with Prometheus' own grammar. The grammar knows no types: an expression that
 * parses may still be refused by Prometheus.
 *
 * @returns the node of the whole expression.
 * @throws FiredrillError `bad-input` with the position of the first thing that does not parse.
 */
export const parsePromql = (expr: string): SyntaxNode => parseWhole({ name: 'PromQL', parser }, expr);
