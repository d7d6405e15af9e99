import type { SyntaxNode } from '@lezer/common';
import { childrenOf } from '../syntax-tree.ts';
import { parsePromql } from './parse.ts';

/**
 * What an expression makes of a selector that no series answers to: `wanted`, it is true because of that, or
 * also then (`absent(x)`, the right side of `unless`); `tolerated`, something else stands in (`or`).
 */
export type Absence = 'wanted' | 'tolerated';

const absences = new Set(['absent', 'absent_over_time']);

/**
 * The selectors of an expression whose absence does not by itself keep it from being true, by their text. One
 * that is needed at another place is left out; one that is wanted at one place and tolerated at another, as in
 * `x == 0 or absent(x)`, is wanted.
 *
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export function absencesOf(expr: string): ReadonlyMap<string, Absence> {
  const found = new Map<string, Absence | 'needed'>();
  visit(expr, parsePromql(expr), { wanted: false, tolerated: false }, found);
  return new Map([...found].flatMap(([text, how]) => (how === 'needed' ? [] : [[text, how]])));
}

/** Of what several places make of one selector, the first counts. */
const strongest = ['needed', 'wanted', 'tolerated'] as const;

interface Place {
  readonly wanted: boolean;
  readonly tolerated: boolean;
}

function visit(expr: string, node: SyntaxNode, place: Place, found: Map<string, Absence | 'needed'>): void {
  const textOf = ({ from, to }: SyntaxNode) => expr.slice(from, to);
  const parts = childrenOf(node);
  const [first, operator] = parts;
  if (node.name === 'VectorSelector') {
    const how = place.wanted ? 'wanted' : place.tolerated ? 'tolerated' : 'needed';
    const text = textOf(node);
    const known = found.get(text);
    found.set(text, strongest.find((one) => one === how || one === known) ?? how);
    return;
  }
  const flips =
    node.name === 'FunctionCall' && first !== undefined && absences.has(textOf(first))
      ? parts
      : node.name === 'BinaryExpr' && operator?.name === 'Unless'
        ? parts.slice(-1)
        : [];
  const tolerated = place.tolerated || (node.name === 'BinaryExpr' && operator?.name === 'Or');
  for (const part of parts) {
    visit(expr, part, { wanted: flips.includes(part) ? !place.wanted : place.wanted, tolerated }, found);
  }
}
