import type { SyntaxNode } from '@lezer/common';
import { childrenOf, textOf, walk } from '../syntax-tree.ts';
import { applyEdits } from '../text-edits.ts';
import { aggregationOf } from './aggregation.ts';
import { callAt } from './call.ts';
import { constantOf } from './constant.ts';
import { operationAt } from './operation.ts';
import { comparisonAt } from './outer-comparison.ts';
import { bindOffsets, parsePromql } from './parse.ts';
import { selectorOf, type VectorSelector } from './selectors-of.ts';
import { unwrapped } from './unwrapped.ts';

/* What the form of an expression proves about its values, whatever the samples are. */

/**
 * The value that no result of an expression exceeds, where its form proves one: 1 for a share, 100 for a percentage.
 * A share is a sum divided by the same sum with fewer matchers, `1 - x` of an `x` that is not negative, `(total - x) /
 * total` of such an `x`, or the series that sloth records (`slo:sli_error:ratio_rate5m`).
 *
 * A quotient of two metrics is not known to be a share: several errors may be counted for one attempt.
 *
 * @returns `undefined` where none is proven.
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export function upperBound(written: string): number | undefined {
  const expr = bindOffsets(written);
  return boundOf(expr, parsePromql(expr));
}

/** https://github.com/slok/sloth: recorded as an error ratio from 0 to 1, and its window is in its name. */
const slothErrorRatio = /^slo:sli_error:ratio_rate\d/;

/** Functions of counters, which are never negative. */
export const rates: ReadonlySet<string> = new Set(['rate', 'increase', 'irate']);

function boundOf(expr: string, node: SyntaxNode): number | undefined {
  const constant = constantOf(expr, node);
  if (constant !== undefined) return constant;
  const [first] = childrenOf(node);
  switch (node.name) {
    case 'ParenExpr':
    case 'OffsetExpr':
      return first && boundOf(expr, first);
    case 'VectorSelector':
      return slothErrorRatio.test(selectorOf(expr, node).metric) ? 1 : undefined;
    case 'AggregateExpr': {
      const aggregation = aggregationOf(node);
      return aggregation?.isBetween ? boundOf(expr, aggregation.vector) : undefined;
    }
    case 'BinaryExpr':
      return boundOfOperation(expr, node);
    default:
      return undefined;
  }
}

function boundOfOperation(expr: string, node: SyntaxNode): number | undefined {
  const filtered = comparisonAt(expr, node);
  if (filtered) return boundOf(expr, filtered.node);
  const operation = operationAt(node);
  // `on` and `ignoring` may pair a part with another whole.
  if (!operation || node.getChild('MatchingModifierClause')) return undefined;
  const { left, operator, right } = operation;
  const [a, b] = [constantOf(expr, left), constantOf(expr, right)];
  switch (operator.name) {
    case 'Mul': {
      const factor = a ?? b;
      const bound = boundOf(expr, a === undefined ? left : right);
      return factor !== undefined && factor > 0 && bound !== undefined ? factor * bound : undefined;
    }
    case 'Sub':
      return a !== undefined && isNotNegative(expr, right) ? a : undefined;
    case 'Div': {
      const bound = b !== undefined && b > 0 ? boundOf(expr, left) : undefined;
      if (b !== undefined && bound !== undefined) return bound / b;
      return isShare(expr, left, right) ? 1 : undefined;
    }
    default:
      return undefined;
  }
}

/** Whether `left / right` is at most 1. */
function isShare(expr: string, left: SyntaxNode, right: SyntaxNode): boolean {
  const [part, whole] = [unwrapped(left), unwrapped(right)];
  const { left: total, operator, right: rest } = operationAt(part) ?? {};
  if (total && rest && operator?.name === 'Sub' && !part.getChild('MatchingModifierClause'))
    return sameText(expr, unwrapped(total), whole) && [whole, rest].every((one) => isNotNegative(expr, one));
  if (total && rest && operator?.name === 'Or') return isZero(expr, rest) && isShare(expr, total, right);
  const [own, all] = [sumOf(expr, part), sumOf(expr, whole)];
  if (!own || !all || own.form !== all.form || own.selector.metric !== all.selector.metric) return false;
  const told = ({ label, operator: sign, value }: VectorSelector['matchers'][number]) =>
    `${label}${sign}${value}`;
  const narrower = new Set(own.selector.matchers.map(told));
  return all.selector.matchers.every((matcher) => narrower.has(told(matcher)));
}

/** A sum of rates, or a rate, of one selector; `form` is its text without that. */
function sumOf(
  expr: string,
  node: SyntaxNode,
): { readonly form: string; readonly selector: VectorSelector } | undefined {
  const aggregation = aggregationOf(node);
  const call = unwrapped(aggregation?.vector ?? node);
  const selectors = [...walk(node)].filter(({ name }) => name === 'VectorSelector');
  const [selector] = selectors;
  if ((aggregation && aggregation.operation !== 'Sum') || !isRate(expr, call)) return undefined;
  if (!selector || selectors.length > 1) return undefined;
  const text = textOf(expr, node);
  const [from, to] = [selector.from - node.from, selector.to - node.from];
  const form = compact(applyEdits(text, [{ from, to, replacement: '' }]));
  return { form, selector: selectorOf(expr, selector) };
}

const isRate = (expr: string, node: SyntaxNode): boolean => rates.has(callAt(expr, node)?.name ?? '');

function isNotNegative(expr: string, node: SyntaxNode): boolean {
  const constant = constantOf(expr, node);
  if (constant !== undefined) return constant >= 0;
  if (isRate(expr, node) || isZero(expr, node)) return true;
  switch (node.name) {
    case 'ParenExpr':
      return isNotNegative(expr, unwrapped(node));
    case 'VectorSelector':
      return slothErrorRatio.test(selectorOf(expr, node).metric);
    case 'AggregateExpr': {
      const { operation = '', isBetween = false, vector } = aggregationOf(node) ?? {};
      return vector !== undefined && (isBetween || operation === 'Sum') && isNotNegative(expr, vector);
    }
    case 'BinaryExpr': {
      const { left, operator, right } = operationAt(node) ?? {};
      const keeps = ['Add', 'Mul', 'Div', 'Or'].includes(operator?.name ?? '');
      return keeps && [left, right].every((side) => side !== undefined && isNotNegative(expr, side));
    }
    default:
      return false;
  }
}

/** `vector(0)` */
const isZero = (expr: string, node: SyntaxNode): boolean =>
  /^vector\s*\(\s*0\s*\)$/.test(textOf(expr, unwrapped(node)));

const sameText = (expr: string, a: SyntaxNode, b: SyntaxNode): boolean =>
  compact(textOf(expr, a)) === compact(textOf(expr, b));

/** Without spaces, except in strings. */
const compact = (text: string): string =>
  text.replace(/("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`)|\s+/g, '$1');
