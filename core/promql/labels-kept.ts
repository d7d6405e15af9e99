import type { SyntaxNode } from '@lezer/common';
import { childrenOf, walk } from '../syntax-tree.ts';
import { unquote } from './unquote.ts';

/* Which labels tell the series of a vector apart. */

const textOf = (expr: string, { from, to }: SyntaxNode) => expr.slice(from, to);

function grouping(expr: string, node: SyntaxNode | null | undefined): string[] {
  const labels = node?.getChild('GroupingLabels');
  return (labels ? childrenOf(labels) : []).map((label) =>
    label.name === 'QuotedLabelName' ? unquote(textOf(expr, label)) : textOf(expr, label),
  );
}

/** Aggregations whose results are series of what they aggregate. */
const choosing = new Set(['Topk', 'Bottomk', 'LimitK', 'LimitRatio']);
const withoutLabels = new Set(['scalar', 'vector', 'time', 'pi']);

/** Whether series of a node may differ in a label. */
export function labelsKept(expr: string, node: SyntaxNode, label: string): boolean {
  const parts = childrenOf(node);
  const [first] = parts;
  const last = parts.at(-1);
  switch (node.name) {
    case 'VectorSelector':
      return true;
    case 'NumberDurationLiteral':
    case 'StringLiteral':
      return false;
    case 'AggregateExpr':
      return aggregationKeeps(expr, node, label);
    case 'BinaryExpr':
      return first !== undefined && last !== undefined && operationKeeps(expr, node, first, last, label);
    case 'FunctionCall':
      if (first && withoutLabels.has(textOf(expr, first))) return false;
      break;
  }
  return parts.some((part) => labelsKept(expr, part, label));
}

function aggregationKeeps(expr: string, node: SyntaxNode, label: string): boolean {
  const body = node.getChild('FunctionCallBody');
  const inner = body ? childrenOf(body).at(-1) : undefined;
  const below = inner !== undefined && labelsKept(expr, inner, label);
  if (choosing.has(node.getChild('AggregateOp')?.firstChild?.name ?? '')) return below;
  return below && groupsBy(expr, node)(label);
}

/** By which labels an aggregation takes series together. */
export function groupsBy(expr: string, aggregation: SyntaxNode): (label: string) => boolean {
  const modifier = aggregation.getChild('AggregateModifier');
  const without = modifier?.firstChild?.name === 'Without';
  const named = new Set(grouping(expr, modifier));
  return (label) => named.has(label) !== without;
}

function operationKeeps(
  expr: string,
  node: SyntaxNode,
  left: SyntaxNode,
  right: SyntaxNode,
  label: string,
): boolean {
  const [ofLeft, ofRight] = [left, right].map((side) => labelsKept(expr, side, label));
  const operator = childrenOf(node)[1]?.name;
  if (operator === 'Or') return ofLeft === true || ofRight === true;
  if (operator === 'And' || operator === 'Unless') return ofLeft === true;
  const clause = node.getChild('MatchingModifierClause');
  if (!clause) return ofLeft === true || ofRight === true;
  if (clause.getChild('GroupLeft')) return ofLeft === true;
  if (clause.getChild('GroupRight')) return ofRight === true;
  const isMatched = grouping(expr, clause).includes(label) === (clause.getChild('On') !== null);
  return isMatched && ofLeft === true;
}

/** What `label_replace` takes over as it is. */
const whole = /^\^?\(\.[*+]\)\$?$/;
const asItIs = /^\$(?:1|\{1\})$/;

/**
 * The labels that `label_replace` and `label_join` below a node make others of stand for those.
 *
 * @param keeps whether the result is told apart by a label.
 * @returns the same of the labels that the series have themselves; `undefined` where that cannot be told.
 */
export function sourcesOf(
  expr: string,
  node: SyntaxNode,
  keeps: (label: string) => boolean,
): ((label: string) => boolean) | undefined {
  const more = new Set<string>();
  for (const call of walk(node)) {
    const [name, body] = call.name === 'FunctionCall' ? childrenOf(call) : [];
    const texts = (body ? childrenOf(body) : []).filter(({ name: kind }) => kind === 'StringLiteral');
    const [made = '', ...others] = texts.map((text) => unquote(textOf(expr, text)));
    const called = name ? textOf(expr, name) : '';
    if ((called !== 'label_replace' && called !== 'label_join') || !keeps(made)) continue;
    const [first = '', source = '', pattern = ''] = others;
    const sources = called === 'label_join' ? others.slice(1) : [source].filter((label) => label !== '');
    if (sources.every((label) => keeps(label))) continue;
    if (called === 'label_replace' && !(whole.test(pattern) && asItIs.test(first))) return undefined;
    for (const label of sources) more.add(label);
  }
  return (label) => keeps(label) || more.has(label);
}
