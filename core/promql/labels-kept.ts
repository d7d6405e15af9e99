import type { SyntaxNode } from '@lezer/common';
import { childrenOf, textOf, walk } from '../syntax-tree.ts';
import { aggregationOf } from './aggregation.ts';
import { callAt } from './call.ts';
import { operationAt, setOperators } from './operation.ts';
import { labelName } from './selectors-of.ts';
import { unquote } from './unquote.ts';

/* Which labels tell the series of a vector apart. */

function grouping(expr: string, node: SyntaxNode | null | undefined): string[] {
  const labels = node?.getChild('GroupingLabels');
  return (labels ? childrenOf(labels) : []).map((label) => labelName(expr, label));
}

/** Aggregations whose results are series of what they aggregate. */
const choosing = new Set(['Topk', 'Bottomk', 'LimitK', 'LimitRatio']);
const withoutLabels = new Set(['scalar', 'vector', 'time', 'pi']);

/** Whether series of a node may differ in a label. */
export function labelsKept(expr: string, node: SyntaxNode, label: string): boolean {
  switch (node.name) {
    case 'VectorSelector':
      return true;
    case 'NumberDurationLiteral':
    case 'StringLiteral':
      return false;
    case 'AggregateExpr':
      return aggregationKeeps(expr, node, label);
    case 'BinaryExpr':
      return operationKeeps(expr, node, label);
    case 'FunctionCall':
      if (withoutLabels.has(callAt(expr, node)?.name ?? '')) return false;
      break;
  }
  return childrenOf(node).some((part) => labelsKept(expr, part, label));
}

function aggregationKeeps(expr: string, node: SyntaxNode, label: string): boolean {
  const { operation = '', vector } = aggregationOf(node) ?? {};
  const below = vector !== undefined && labelsKept(expr, vector, label);
  return below && (choosing.has(operation) || groupsBy(expr, node)(label));
}

/** By which labels an aggregation takes series together. */
export function groupsBy(expr: string, aggregation: SyntaxNode): (label: string) => boolean {
  const modifier = aggregation.getChild('AggregateModifier');
  const without = modifier?.firstChild?.name === 'Without';
  const named = new Set(grouping(expr, modifier));
  return (label) => named.has(label) !== without;
}

function operationKeeps(expr: string, node: SyntaxNode, label: string): boolean {
  const operation = operationAt(node);
  if (!operation) return false;
  const ofLeft = labelsKept(expr, operation.left, label);
  const ofRight = labelsKept(expr, operation.right, label);
  const kind = setOperators[operation.operator.name];
  if (kind === 'and' || kind === 'unless') return ofLeft;
  const clause = kind === 'or' ? null : node.getChild('MatchingModifierClause');
  if (!clause) return ofLeft || ofRight;
  if (clause.getChild('GroupLeft')) return ofLeft;
  if (clause.getChild('GroupRight')) return ofRight;
  const isMatched = grouping(expr, clause).includes(label) === (clause.getChild('On') !== null);
  return isMatched && ofLeft;
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
  for (const inner of walk(node)) {
    const { name: called = '', args = [] } = callAt(expr, inner) ?? {};
    const texts = args.filter(({ name }) => name === 'StringLiteral');
    const [made = '', ...others] = texts.map((text) => unquote(textOf(expr, text)));
    if ((called !== 'label_replace' && called !== 'label_join') || !keeps(made)) continue;
    const [first = '', source = '', pattern = ''] = others;
    const sources = called === 'label_join' ? others.slice(1) : [source].filter((label) => label !== '');
    if (sources.every((label) => keeps(label))) continue;
    if (called === 'label_replace' && !(whole.test(pattern) && asItIs.test(first))) return undefined;
    for (const label of sources) more.add(label);
  }
  return (label) => keeps(label) || more.has(label);
}
