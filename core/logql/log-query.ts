import type { SyntaxNode } from '@lezer/common';
import type { Matcher } from '../promql/selectors-of.ts';
import { unquote } from '../promql/unquote.ts';
import { childrenOf, walk } from '../syntax-tree.ts';

/** A pipeline stage after the selector: a filter, a parser or a formatter. */
export interface Stage {
  readonly text: string;
  /** The first string literal in the stage; empty without one. */
  readonly value: string;
}

/** A log query: a selector and its stages, without a range. */
export interface LogQuery {
  readonly text: string;
  readonly selector: { readonly text: string; readonly matchers: readonly Matcher[] };
  readonly stages: readonly Stage[];
}

/**
 * The log query inside a node. `unwrap`, which Loki accepts in range aggregations only, is rewritten as the filter that
 * it implies: a line without its label has no value.
 *
 * @returns `undefined` for a node without a selector.
 */
export function logQueryIn(expr: string, node: SyntaxNode): LogQuery | undefined {
  const inner = [...walk(node)];
  const selector = inner.find(({ name }) => name === 'Selector');
  if (!selector) return undefined;
  const textOf = ({ from, to }: { from: number; to: number }) => expr.slice(from, to);
  const stages = inner
    .flatMap((part) => stageAt(expr, part) ?? [])
    .toSorted((a, b) => a.from - b.from)
    .map(({ text, value }): Stage => ({ text, value }));
  const found = { text: textOf(selector), matchers: matchersIn(selector, textOf) };
  return { text: [found, ...stages].map(({ text }) => text).join(' '), selector: found, stages };
}

/**
 * The stage that ends with a node. The grammar nests filters, and what follows `unwrap`, with the stages before them.
 */
function stageAt(expr: string, node: SyntaxNode): (Stage & { readonly from: number }) | undefined {
  const [first, ...others] = childrenOf(node);
  if (!first) return undefined;
  const isNested = first.name === node.name;
  const { from } = (isNested ? others[0] : first) ?? node;
  const text = expr.slice(from, node.to);
  if (node.name === 'UnwrapExpr' && !isNested) {
    const label = node.getChild('Identifier');
    return { from, text: `| ${label ? expr.slice(label.from, label.to) : ''} != ""`, value: '' };
  }
  const isStage =
    node.name === 'LineFilters' ||
    node.name === 'UnwrapExpr' ||
    (node.name === 'PipelineStage' && first.name !== 'LineFilters');
  if (!isStage) return undefined;
  const string = [...walk(node)].find((part) => part.name === 'String' && part.from >= from);
  return { from, text, value: string ? unquote(expr.slice(string.from, string.to)) : '' };
}

const matchersIn = (selector: SyntaxNode, textOf: (node: SyntaxNode) => string): Matcher[] =>
  [...walk(selector)].flatMap((node) => {
    const [label, operator, value] = node.name === 'Matcher' ? childrenOf(node) : [];
    if (!label || !operator || !value) return [];
    return [
      {
        label: textOf(label),
        operator: textOf(operator) as Matcher['operator'],
        value: unquote(textOf(value)),
      },
    ];
  });
