import type { SyntaxNode } from '@lezer/common';
import { childrenOf, textOf } from '../syntax-tree.ts';
import { absenceFunctions, callAt } from './call.ts';
import { operationAt } from './operation.ts';
import { parsePromql } from './parse.ts';

/**
 * The effect of a selector that matches no series. `wanted`: the expression may be true because of it (`absent(x)`, the
 * right side of `unless`). `tolerated`: another operand replaces it (`or`).
 */
export type Absence = 'wanted' | 'tolerated';

/**
 * The selectors of an expression, by their text, whose absence alone does not keep it from being true. A selector that
 * is also needed elsewhere is left out. One that is wanted at one place and tolerated at another, as in `x == 0 or
 * absent(x)`, is wanted.
 *
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export function absencesOf(expr: string): ReadonlyMap<string, Absence> {
  const found = new Map<string, Absence | 'needed'>();
  visit(expr, parsePromql(expr), { wanted: false, tolerated: false }, found);
  return new Map([...found].flatMap(([text, how]) => (how === 'needed' ? [] : [[text, how]])));
}

/** Where a selector occurs several times, the first of these counts. */
const precedence = ['needed', 'wanted', 'tolerated'] as const;

interface Context {
  readonly wanted: boolean;
  readonly tolerated: boolean;
}

function visit(
  expr: string,
  node: SyntaxNode,
  context: Context,
  found: Map<string, Absence | 'needed'>,
): void {
  if (node.name === 'VectorSelector') {
    const how = context.wanted ? 'wanted' : context.tolerated ? 'tolerated' : 'needed';
    const text = textOf(expr, node);
    const known = found.get(text);
    found.set(text, precedence.find((one) => one === how || one === known) ?? how);
    return;
  }
  const parts = childrenOf(node);
  const operator = operationAt(node)?.operator.name;
  const inverted = absenceFunctions.has(callAt(expr, node)?.name ?? '')
    ? parts
    : operator === 'Unless'
      ? parts.slice(-1)
      : [];
  const tolerated = context.tolerated || operator === 'Or';
  for (const part of parts) {
    visit(
      expr,
      part,
      { wanted: inverted.includes(part) ? !context.wanted : context.wanted, tolerated },
      found,
    );
  }
}
