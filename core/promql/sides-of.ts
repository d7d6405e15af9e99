import type { SyntaxNode } from '@lezer/common';
import { childrenOf, textOf, walk } from '../syntax-tree.ts';
import { callAt } from './call.ts';
import { constantOf } from './constant.ts';
import { operationAt, setOperators } from './operation.ts';
import { comparisonAt } from './outer-comparison.ts';
import { bindOffsets, parsePromql } from './parse.ts';
import { labelName } from './selectors-of.ts';
import { unwrapped } from './unwrapped.ts';

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
  for (const node of walk(parsePromql(expr))) {
    const operation = operationAt(node);
    if (!operation) continue;
    const { left, operator, right } = operation;
    if (isScalar(expr, left) || isScalar(expr, right)) continue;
    const side = (part: SyntaxNode) =>
      textOf(expr, operator.name in setOperators ? compared(expr, part) : part);
    return {
      left: side(left),
      right: side(right),
      operator: textOf(expr, operator).toLowerCase(),
      matching: matchingOf(expr, node),
    };
  }
  return undefined;
}

function isScalar(expr: string, node: SyntaxNode): boolean {
  if (constantOf(expr, node) !== undefined) return true;
  const inner = unwrapped(node);
  const operation = operationAt(inner);
  if (operation) return isScalar(expr, operation.left) && isScalar(expr, operation.right);
  return scalarFunctions.has(callAt(expr, inner)?.name ?? '');
}

function compared(expr: string, node: SyntaxNode): SyntaxNode {
  const inner = node.name === 'ParenExpr' ? node.firstChild : node;
  return (inner && comparisonAt(expr, inner)?.node) ?? node;
}

function matchingOf(expr: string, operation: SyntaxNode): Matching {
  const clause = operation.getChild('MatchingModifierClause');
  if (!clause) return { kind: 'ignoring', labels: [] };
  const [kind, grouping] = childrenOf(clause);
  return {
    kind: kind?.name === 'On' ? 'on' : 'ignoring',
    labels: (grouping ? childrenOf(grouping) : []).map((label) => labelName(expr, label)),
  };
}
