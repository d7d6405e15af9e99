import type { SyntaxNode } from '@lezer/common';
import { childrenOf } from '../syntax-tree.ts';
import { arithmetic, constantOf } from './constant.ts';
import { selectorOf, type VectorSelector } from './selectors-of.ts';

/*
 * The value that an expression has when the values of what it counts are known: every series of a vector is taken
 * together, as far as it aggregates them, so a vector is one number or empty.
 */

/** What an expression is about; each answers `undefined` for what it does not know. */
export interface Known {
  /**
   * How fast counters rise in a window, per second.
   *
   * @param keeps whether the result is told apart by a label: it is then that of the series in question.
   */
  rate(selector: VectorSelector, keeps: (label: string) => boolean): number | undefined;
  /** The latest value of a series. */
  latest(selector: VectorSelector, keeps: (label: string) => boolean): number | undefined;
  /** Seconds of a range. */
  seconds(node: SyntaxNode): number;
}

/** That the value of an expression cannot be told. */
export class NotKnown extends Error {}

/** @returns `undefined`: the vector is empty. */
type Value = number | undefined;

interface Place {
  readonly expr: string;
  readonly known: Known;
  readonly keeps: (label: string) => boolean;
  /** Inside a sum: what is below must be a sum of its parts. */
  readonly summed: boolean;
}

/**
 * The value of a node.
 *
 * @throws NotKnown for anything whose value does not follow from what is known.
 */
export const vectorValue = (expr: string, node: SyntaxNode, known: Known): Value =>
  at(node, { expr, known, keeps: () => true, summed: false });

function at(node: SyntaxNode, place: Place): Value {
  const constant = constantOf(place.expr, node);
  if (constant !== undefined) return constant;
  const [first, second] = childrenOf(node);
  switch (node.name) {
    case 'ParenExpr':
      return first && at(first, place);
    case 'UnaryExpr': {
      const value = second && at(second, place);
      return value !== undefined && first && textOf(place, first) === '-' ? -value : value;
    }
    case 'BinaryExpr':
      return binary(node, place);
    case 'AggregateExpr':
      return aggregate(node, place);
    case 'FunctionCall':
      return call(node, place);
    case 'VectorSelector':
      return sure(place.known.latest(selectorOf(place.expr, node), place.keeps));
    default:
      throw new NotKnown(node.name);
  }
}

const textOf = ({ expr }: Place, { from, to }: SyntaxNode) => expr.slice(from, to);

function sure(value: number | undefined): number {
  if (value === undefined) throw new NotKnown();
  return value;
}

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  Gtr: (a, b) => a > b,
  Gte: (a, b) => a >= b,
  Lss: (a, b) => a < b,
  Lte: (a, b) => a <= b,
  Eql: (a, b) => a === b,
  Neq: (a, b) => a !== b,
};

function binary(node: SyntaxNode, place: Place): Value {
  const parts = childrenOf(node);
  const [left, operator] = parts;
  const right = parts.at(-1);
  if (!left || !right || !operator) throw new NotKnown();
  if (place.summed) return partOfSum(left, operator, right, place);
  const a = at(left, place);
  if (operator.name === 'Or') return a ?? at(right, place);
  const b = at(right, place);
  if (operator.name === 'And') return b === undefined ? undefined : a;
  if (operator.name === 'Unless') return b === undefined ? a : undefined;
  if (a === undefined || b === undefined) return undefined;
  const operation = arithmetic[operator.name];
  if (operation) return operation(a, b);
  const compare = comparisons[operator.name];
  if (!compare) throw new NotKnown(operator.name);
  const holds = compare(a, b);
  if (parts.some(({ name }) => name === 'BoolModifier')) return Number(holds);
  // A number on the left is not what a filter passes on.
  const passed = constantOf(place.expr, left) === undefined ? a : b;
  return holds ? passed : undefined;
}

/** Sums and multiples of a series are what their sum is; a quotient of two series is not. */
function partOfSum(left: SyntaxNode, operator: SyntaxNode, right: SyntaxNode, place: Place): Value {
  const [a, b] = [constantOf(place.expr, left), constantOf(place.expr, right)];
  const scales = operator.name === 'Mul' || (operator.name === 'Div' && b !== undefined);
  const adds = operator.name === 'Add' || operator.name === 'Sub';
  const fits = adds ? a === undefined && b === undefined : scales && (a === undefined) !== (b === undefined);
  const operation = arithmetic[operator.name];
  if (!fits || !operation) throw new NotKnown(operator.name);
  const [x, y] = [at(left, place), at(right, place)];
  return x === undefined || y === undefined ? undefined : operation(x, y);
}

function aggregate(node: SyntaxNode, place: Place): Value {
  const { expr, keeps } = place;
  const operation = node.getChild('AggregateOp')?.firstChild?.name;
  const inner = node.getChild('FunctionCallBody');
  const [body] = inner ? childrenOf(inner) : [];
  if (operation !== 'Sum' || !body) throw new NotKnown(operation);
  const modifier = node.getChild('AggregateModifier');
  const labels = modifier?.getChild('GroupingLabels');
  const named = (labels ? childrenOf(labels) : []).map((label) =>
    expr.slice(label.from, label.to).replaceAll('"', ''),
  );
  const without = modifier?.firstChild?.name === 'Without';
  const own = (label: string) => named.includes(label) !== without;
  return at(body, { ...place, keeps: (label) => own(label) && keeps(label), summed: true });
}

const ofNumbers: Readonly<Record<string, (...args: number[]) => number>> = {
  abs: Math.abs,
  ceil: Math.ceil,
  floor: Math.floor,
  round: (x, to = 1) => Math.floor(x / to + 0.5) * to,
  sgn: Math.sign,
  sqrt: Math.sqrt,
  ln: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  exp: Math.exp,
  clamp_min: (x, least = x) => Math.max(x, least),
  clamp_max: (x, most = x) => Math.min(x, most),
  clamp: (x, least = x, most = x) => Math.min(Math.max(x, least), most),
};
/** Which give their first argument back. */
const passing = new Set(['vector', 'scalar', 'sort', 'sort_desc', 'label_replace', 'label_join']);

function call(node: SyntaxNode, place: Place): Value {
  const [identifier, body] = childrenOf(node);
  const name = identifier ? textOf(place, identifier) : '';
  const [first, ...rest] = body ? childrenOf(body) : [];
  if (!first) throw new NotKnown(name);
  if (name === 'rate' || name === 'increase') return rising(name, first, place);
  if (passing.has(name)) {
    if (name === 'vector' && place.summed) throw new NotKnown(name);
    return at(first, place);
  }
  const operation = ofNumbers[name];
  if (!operation || place.summed) throw new NotKnown(name);
  const values = [first, ...rest].map((argument) => at(argument, place));
  return values.every((value) => value !== undefined) ? operation(...values) : undefined;
}

/** `rate` or `increase` of samples, or of the samples of a sum of counters. */
function rising(name: string, range: SyntaxNode, place: Place): number {
  const { known, expr } = place;
  const inner = childrenOf(range)[0];
  if (!inner || !['MatrixSelector', 'SubqueryExpr'].includes(range.name)) throw new NotKnown(range.name);
  const rate =
    range.name === 'MatrixSelector'
      ? known.rate(selectorOf(expr, inner), place.keeps)
      : risingSum(inner, place);
  return sure(rate) * (name === 'rate' ? 1 : known.seconds(range));
}

/** A sum of counters rises as fast as they do together. */
const risingSum = (node: SyntaxNode, place: Place): Value =>
  at(node, {
    ...place,
    summed: true,
    known: { ...place.known, latest: place.known.rate, rate: () => undefined },
  });
