import type { SyntaxNode } from '@lezer/common';
import { childrenOf, textOf, walk } from '../syntax-tree.ts';
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
  const parts = childrenOf(node);
  const name = parts.find((part) => part.name === 'Identifier');
  const listed = parts.filter((part) => part.name === 'LabelMatchers').flatMap(childrenOf);
  const matchers = listed.flatMap((part) => matcherOf(expr, part));
  const named = matchers.find((m) => m.label === '__name__' && m.operator === '=');
  return {
    text: textOf(expr, node),
    metric: name ? textOf(expr, name) : (named?.value ?? ''),
    matchers: matchers.filter((m) => m !== named),
  };
}

function matcherOf(expr: string, part: SyntaxNode): Matcher[] {
  // A quoted name alone in the braces is the metric's: {"http.requests", job="shop"}.
  if (part.name === 'QuotedLabelName') {
    return [{ label: '__name__', operator: '=', value: labelName(expr, part) }];
  }
  const [label, operator, value] = childrenOf(part);
  if (!label || !operator || !value) return [];
  return [
    {
      label: labelName(expr, label),
      operator: textOf(expr, operator) as Matcher['operator'],
      value: unquote(textOf(expr, value)),
    },
  ];
}

/** The name of a label, which may be written in quotes. */
export function labelName(expr: string, node: SyntaxNode): string {
  const text = textOf(expr, node);
  return node.name === 'QuotedLabelName' ? unquote(text) : text;
}
