import type { SyntaxNode } from '@lezer/common';
import { childrenOf, walk } from '../syntax-tree.ts';
import { constantOf } from './constant.ts';
import { comparisonAt } from './outer-comparison.ts';
import { bindOffsets, parsePromql } from './parse.ts';
import { unquote } from './unquote.ts';

/** Vector matching: how a binary operation pairs the series of its sides. */
export interface Matching {
  readonly kind: 'on' | 'ignoring';
  readonly labels: readonly string[];
}

export interface Sides {
  readonly left: string;
  readonly right: string;
  /** `/`, `and`, … in lower case. */
  readonly operator: string;
  /** Without a clause every label must match, which is `ignoring` no labels. */
  readonly matching: Matching;
}

const scalarFunctions = new Set(['scalar', 'time', 'pi']);
const setOperators = new Set(['And', 'Or', 'Unless']);

/**
 * Both sides of the outermost binary operation between two vectors, wherever it is in the expression. A comparison with
 * a number is removed from the sides of `and`, `or` and `unless`: it filters series by value, while pairing depends on
 * labels.
 *
 * @returns `undefined` without an operation between two vectors.
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export function sidesOf(written: string): Sides | undefined {
  const expr = bindOffsets(written);
  const textOf = ({ from, to }: SyntaxNode) => expr.slice(from, to);
  for (const node of walk(parsePromql(expr))) {
    if (node.name !== 'BinaryExpr') continue;
    const parts = childrenOf(node);
    const [left, operator] = parts;
    const right = parts.at(-1);
    if (!left || !operator || !right || isScalar(expr, left) || isScalar(expr, right)) continue;
    const side = (part: SyntaxNode) => textOf(setOperators.has(operator.name) ? compared(expr, part) : part);
    return {
      left: side(left),
      right: side(right),
      operator: textOf(operator).toLowerCase(),
      matching: matchingOf(parts, textOf),
    };
  }
  return undefined;
}

function isScalar(expr: string, node: SyntaxNode): boolean {
  if (constantOf(expr, node) !== undefined) return true;
  const parts = childrenOf(node);
  const [first] = parts;
  const last = parts.at(-1);
  if (node.name === 'ParenExpr' && first) return isScalar(expr, first);
  if (node.name === 'BinaryExpr' && first && last) return isScalar(expr, first) && isScalar(expr, last);
  if (node.name !== 'FunctionCall' || !first) return false;
  return scalarFunctions.has(expr.slice(first.from, first.to));
}

function compared(expr: string, node: SyntaxNode): SyntaxNode {
  const inner = node.name === 'ParenExpr' ? node.firstChild : node;
  return (inner && comparisonAt(expr, inner)?.node) ?? node;
}

function matchingOf(parts: SyntaxNode[], textOf: (node: SyntaxNode) => string): Matching {
  const clause = parts.find((part) => part.name === 'MatchingModifierClause');
  if (!clause) return { kind: 'ignoring', labels: [] };
  const [kind, grouping] = childrenOf(clause);
  return {
    kind: kind?.name === 'On' ? 'on' : 'ignoring',
    labels: (grouping ? childrenOf(grouping) : []).map((label) =>
      label.name === 'QuotedLabelName' ? unquote(textOf(label)) : textOf(label),
    ),
  };
}
