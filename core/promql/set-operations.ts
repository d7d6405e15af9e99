import type { SyntaxNode } from '@lezer/common';
import { operationAt, setOperators } from './operation.ts';
import { unwrapped } from './unwrapped.ts';

/** An expression split at its set operators. `test` is a part without a set operator at its top. */
export type SetExpression =
  | { readonly kind: 'test'; readonly node: SyntaxNode }
  | { readonly kind: 'and' | 'or' | 'unless'; readonly left: SetExpression; readonly right: SetExpression };

/** Splits an expression at its outermost set operators, also inside parentheses. */
export function splitAtSetOperators(node: SyntaxNode): SetExpression {
  const inner = unwrapped(node);
  const operation = operationAt(inner);
  const kind = operation && setOperators[operation.operator.name];
  if (!kind) return { kind: 'test', node: inner };
  const { left, right } = operation;
  return { kind, left: splitAtSetOperators(left), right: splitAtSetOperators(right) };
}
