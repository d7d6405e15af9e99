import type { SyntaxNode } from '@lezer/common';
import { parseDuration } from '../duration.ts';
import { childrenOf } from '../syntax-tree.ts';

/** Arithmetic operators, by their name in the grammar. */
export const arithmetic: Record<string, (a: number, b: number) => number> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Mod: (a, b) => a % b,
  Pow: (a, b) => a ** b,
};

/** The value of a node that consists of numbers and arithmetic only; `undefined` for any other. */
export function constantOf(expr: string, node: SyntaxNode): number | undefined {
  const [first, second, third] = childrenOf(node);
  switch (node.name) {
    case 'NumberDurationLiteral':
      return numberOf(expr.slice(node.from, node.to));
    case 'ParenExpr':
      return first && constantOf(expr, first);
    case 'UnaryExpr': {
      const value = second && constantOf(expr, second);
      const negative = first && expr.slice(first.from, first.to) === '-';
      return value !== undefined && negative ? -value : value;
    }
    case 'BinaryExpr': {
      const operation = second && arithmetic[second.name];
      const left = first && constantOf(expr, first);
      const right = third && constantOf(expr, third);
      return operation && left !== undefined && right !== undefined ? operation(left, right) : undefined;
    }
    default:
      return undefined;
  }
}

/** A literal with a unit is a number of seconds. The grammar includes the sign in the literal. */
function numberOf(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const bare = (text.startsWith('-') || text.startsWith('+') ? text.slice(1) : text).trim().toLowerCase();
  const ms = parseDuration(bare);
  if (ms !== undefined) return (sign * ms) / 1000;
  return sign * (bare === 'inf' ? Number.POSITIVE_INFINITY : Number(bare.replaceAll('_', '')));
}
