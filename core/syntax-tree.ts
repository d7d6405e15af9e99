import type { Parser, SyntaxNode } from '@lezer/common';
import { badInput } from './errors.ts';

/** Children of a node, in order, without comments. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.name !== 'LineComment') children.push(child);
  }
  return children;
}

/** A node and everything below it, outermost and leftmost first. */
export function* walk(node: SyntaxNode): Generator<SyntaxNode> {
  yield node;
  for (const child of childrenOf(node)) yield* walk(child);
}

/** The grammar of a query language. */
export interface Grammar {
  /** Name of the language. */
  readonly name: string;
  readonly parser: Parser;
  /** Whether to ignore a syntax error, for syntax that the grammar lacks. */
  readonly tolerates?: (error: SyntaxNode) => boolean;
  /** What to do about an expression that does not parse. */
  readonly hint?: string;
}

/**
 * Parses an expression.
 *
 * @returns the node of the whole expression.
 * @throws FiredrillError `bad-input` with the position of the first syntax error.
 */
export function parseWhole(grammar: Grammar, expr: string): SyntaxNode {
  const top = grammar.parser.parse(expr).topNode;
  for (const node of walk(top)) {
    if (node.type.isError && !grammar.tolerates?.(node)) throw unparsable(grammar, expr, node);
  }
  const [whole] = childrenOf(top);
  if (!whole) throw badInput({ where: `${grammar.name} expression`, message: 'is empty' });
  return whole;
}

function unparsable({ name, hint }: Grammar, expr: string, { from }: SyntaxNode) {
  const lines = expr.slice(0, from).split('\n');
  const rest = expr.slice(from, from + 20).trim();
  return badInput({
    where: `${name} expression: line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`,
    message: rest ? `does not parse at "${rest}"` : 'ends too early',
    ...(hint ? { hint } : {}),
  });
}
