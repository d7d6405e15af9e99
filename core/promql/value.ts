import type { SyntaxNode } from '@lezer/common';
import { childrenOf } from '../syntax-tree.ts';
import { arithmetic, constantOf } from './constant.ts';
import { selectorOf, type VectorSelector } from './selectors-of.ts';

/*
 * Evaluates an expression with known values for its selectors. A vector is represented by one number, or is empty: the
 * series of a vector count together, as far as the expression aggregates them.
 */

/** The values of an expression's selectors. Each method returns `undefined` for an unknown value. */
export interface KnownValues {
  /**
   * The rate at which counters rise in a window, per second.
   *
   * @param keeps whether the result is grouped by a label. If so, it is the rate of the series in question.
   */
  rate(selector: VectorSelector, keeps: (label: string) => boolean): number | undefined;
  /** The latest value of a series. */
  latest(selector: VectorSelector, keeps: (label: string) => boolean): number | undefined;
  /** Seconds of a range. */
  seconds(node: SyntaxNode): number;
}

/** Thrown when the value of an expression cannot be derived from the known values. */
export class UnknownValue extends Error {}

/** `undefined` for an empty vector. */
type Value = number | undefined;

interface Context {
  readonly expr: string;
  readonly known: KnownValues;
  readonly keeps: (label: string) => boolean;
  /** Inside a `sum`: the value below must be additive. */
  readonly summed: boolean;
}

/**
 * The value of a node.
 *
 * @throws UnknownValue if the value cannot be derived from what is known.
 */
export const vectorValue = (expr: string, node: SyntaxNode, known: KnownValues): Value =>
  valueAt(node, { expr, known, keeps: () => true, summed: false });

function valueAt(node: SyntaxNode, context: Context): Value {
  const constant = constantOf(context.expr, node);
  if (constant !== undefined) return constant;
  const [first, second] = childrenOf(node);
  switch (node.name) {
    case 'ParenExpr':
      return first && valueAt(first, context);
    case 'UnaryExpr': {
      const value = second && valueAt(second, context);
      return value !== undefined && first && textOf(context, first) === '-' ? -value : value;
    }
    case 'BinaryExpr':
      return binary(node, context);
    case 'AggregateExpr':
      return aggregate(node, context);
    case 'FunctionCall':
      return call(node, context);
    case 'VectorSelector':
      return requireKnown(context.known.latest(selectorOf(context.expr, node), context.keeps));
    default:
      throw new UnknownValue(node.name);
  }
}

const textOf = ({ expr }: Context, { from, to }: SyntaxNode) => expr.slice(from, to);

function requireKnown(value: number | undefined): number {
  if (value === undefined) throw new UnknownValue();
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

function binary(node: SyntaxNode, context: Context): Value {
  const parts = childrenOf(node);
  const [left, operator] = parts;
  const right = parts.at(-1);
  if (!left || !right || !operator) throw new UnknownValue();
  if (context.summed) return partOfSum(left, operator, right, context);
  const a = valueAt(left, context);
  if (operator.name === 'Or') return a ?? valueAt(right, context);
  const b = valueAt(right, context);
  if (operator.name === 'And') return b === undefined ? undefined : a;
  if (operator.name === 'Unless') return b === undefined ? a : undefined;
  if (a === undefined || b === undefined) return undefined;
  const operation = arithmetic[operator.name];
  if (operation) return operation(a, b);
  const compare = comparisons[operator.name];
  if (!compare) throw new UnknownValue(operator.name);
  const holds = compare(a, b);
  if (parts.some(({ name }) => name === 'BoolModifier')) return Number(holds);
  // A filter passes on the vector's value, not a number on its left.
  const passed = constantOf(context.expr, left) === undefined ? a : b;
  return holds ? passed : undefined;
}

/** Sums and multiples of series are additive, so they may be inside a `sum`; quotients of series are not. */
function partOfSum(left: SyntaxNode, operator: SyntaxNode, right: SyntaxNode, context: Context): Value {
  const [a, b] = [constantOf(context.expr, left), constantOf(context.expr, right)];
  const scales = operator.name === 'Mul' || (operator.name === 'Div' && b !== undefined);
  const adds = operator.name === 'Add' || operator.name === 'Sub';
  const fits = adds ? a === undefined && b === undefined : scales && (a === undefined) !== (b === undefined);
  const operation = arithmetic[operator.name];
  if (!fits || !operation) throw new UnknownValue(operator.name);
  const [x, y] = [valueAt(left, context), valueAt(right, context)];
  return x === undefined || y === undefined ? undefined : operation(x, y);
}

function aggregate(node: SyntaxNode, context: Context): Value {
  const { expr, keeps } = context;
  const operation = node.getChild('AggregateOp')?.firstChild?.name;
  const inner = node.getChild('FunctionCallBody');
  const [body] = inner ? childrenOf(inner) : [];
  if (operation !== 'Sum' || !body) throw new UnknownValue(operation);
  const modifier = node.getChild('AggregateModifier');
  const labels = modifier?.getChild('GroupingLabels');
  const named = (labels ? childrenOf(labels) : []).map((label) =>
    expr.slice(label.from, label.to).replaceAll('"', ''),
  );
  const without = modifier?.firstChild?.name === 'Without';
  const own = (label: string) => named.includes(label) !== without;
  return valueAt(body, { ...context, keeps: (label) => own(label) && keeps(label), summed: true });
}

const scalarFunctions: Readonly<Record<string, (...args: number[]) => number>> = {
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
/** Functions that return their first argument's value. */
const passThrough = new Set(['vector', 'scalar', 'sort', 'sort_desc', 'label_replace', 'label_join']);

function call(node: SyntaxNode, context: Context): Value {
  const [identifier, body] = childrenOf(node);
  const name = identifier ? textOf(context, identifier) : '';
  const [first, ...rest] = body ? childrenOf(body) : [];
  if (!first) throw new UnknownValue(name);
  if (name === 'rate' || name === 'increase') return rising(name, first, context);
  if (passThrough.has(name)) {
    if (name === 'vector' && context.summed) throw new UnknownValue(name);
    return valueAt(first, context);
  }
  const operation = scalarFunctions[name];
  if (!operation || context.summed) throw new UnknownValue(name);
  const values = [first, ...rest].map((argument) => valueAt(argument, context));
  return values.every((value) => value !== undefined) ? operation(...values) : undefined;
}

/** `rate` or `increase` of a counter, or of a subquery over a sum of counters. */
function rising(name: string, range: SyntaxNode, context: Context): number {
  const { known, expr } = context;
  const inner = childrenOf(range)[0];
  if (!inner || !['MatrixSelector', 'SubqueryExpr'].includes(range.name)) throw new UnknownValue(range.name);
  const rate =
    range.name === 'MatrixSelector'
      ? known.rate(selectorOf(expr, inner), context.keeps)
      : risingSum(inner, context);
  return requireKnown(rate) * (name === 'rate' ? 1 : known.seconds(range));
}

/** The rate of a sum of counters is the sum of their rates. */
const risingSum = (node: SyntaxNode, context: Context): Value =>
  valueAt(node, {
    ...context,
    summed: true,
    known: { ...context.known, latest: context.known.rate, rate: () => undefined },
  });
