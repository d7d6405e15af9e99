import type { SyntaxNode } from '@lezer/common';
import { childrenOf, walk } from '../syntax-tree.ts';
import { parsePromql } from './parse.ts';
import { unquote } from './unquote.ts';

export interface Matcher {
  readonly label: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

export interface VectorSelector {
  /** As written, without range, offset or `@`. */
  readonly text: string;
  /** Empty if the selector names no metric, or only by a regular expression. */
  readonly metric: string;
  /** Without the matcher that names the metric. */
  readonly matchers: readonly Matcher[];
}

/**
 * Every vector selector of an expression, in their order.
 *
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export function selectorsOf(expr: string): VectorSelector[] {
  return [...walk(parsePromql(expr))]
    .filter((node) => node.name === 'VectorSelector')
    .map((node) => selectorOf(expr, node));
}

/** The selector of a `VectorSelector` node. */
export function selectorOf(expr: string, node: SyntaxNode): VectorSelector {
  const textOf = ({ from, to }: SyntaxNode) => expr.slice(from, to);
  const parts = childrenOf(node);
  const name = parts.find((part) => part.name === 'Identifier');
  const listed = parts.filter((part) => part.name === 'LabelMatchers').flatMap(childrenOf);
  const matchers = listed.flatMap((part) => matcherOf(part, textOf));
  const named = matchers.find((m) => m.label === '__name__' && m.operator === '=');
  return {
    text: textOf(node),
    metric: name ? textOf(name) : (named?.value ?? ''),
    matchers: matchers.filter((m) => m !== named),
  };
}

function matcherOf(part: SyntaxNode, textOf: (node: SyntaxNode) => string): Matcher[] {
  // A quoted name alone in the braces is the metric's: {"http.requests", job="shop"}.
  if (part.name === 'QuotedLabelName') {
    return [{ label: '__name__', operator: '=', value: unquote(textOf(part)) }];
  }
  const [label, operator, value] = childrenOf(part);
  if (!label || !operator || !value) return [];
  return [
    {
      label: label.name === 'QuotedLabelName' ? unquote(textOf(label)) : textOf(label),
      operator: textOf(operator) as Matcher['operator'],
      value: unquote(textOf(value)),
    },
  ];
}
