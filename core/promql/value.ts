import type { SyntaxNode } from '@lezer/common';
import { quantile } from '../quantile.ts';
import { childrenOf, textOf, walk } from '../syntax-tree.ts';
import { callAt } from './call.ts';
import { arithmetic, constantOf } from './constant.ts';
import { groupsBy, labelsKept, sourcesOf } from './labels-kept.ts';
import { lengthMs } from './longest-window.ts';
import { operationAt } from './operation.ts';
import { isRange } from './ranges-below.ts';
import { selectorOf, type VectorSelector } from './selectors-of.ts';

/*
 * Evaluates an expression with known values for its selectors. The value of a vector is that of one series: the series
 * in question, unless an aggregation asks for each series that it combines.
 */

/** `undefined`: the vector is empty. */
export type Value = number | undefined;

/** A series, described by the labels that distinguish what is counted. */
export interface Series {
  /** The possible values of each label; a label is absent if they are unknown. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
}

/** Which of the series below an expression are aggregated. */
export interface Taken {
  /** Whether the result is grouped by a label: then only the series with the same value of it are. */
  keeps(label: string): boolean;
  /** The series whose label values count. Absent: the series in question. */
  readonly series?: Series;
  /** How far back the offset of a range goes, in milliseconds. Absent: no offset. */
  readonly offsetMs?: number;
}

/** The values of an expression's selectors. Each method throws `UnknownValue` for an unknown value. */
export interface KnownValues {
  /** The rate at which counters rise in a window, per second. */
  rate(selector: VectorSelector, taken: Taken): Value;
  /** The latest value of a series. */
  latest(selector: VectorSelector, taken: Taken): Value;
  /** Seconds of a range. */
  seconds(node: SyntaxNode): number;
  /** Every series that one of the selectors chooses. */
  series(selectors: readonly VectorSelector[]): readonly Series[];
  /** Whether a series has the same values of the labels that are kept. */
  isAlike(series: Series, taken: Taken): boolean;
  /** How many instances have such a series of their own. */
  instances(series: Series): number;
}

/** Thrown when the value of an expression cannot be derived from the known values. */
export class UnknownValue extends Error {}

const notKnown = (): never => {
  throw new UnknownValue();
};

interface Context extends Taken {
  readonly expr: string;
  readonly known: KnownValues;
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
      return value !== undefined && first && textOf(context.expr, first) === '-' ? -value : value;
    }
    case 'BinaryExpr':
      return binary(node, context);
    case 'AggregateExpr':
      return aggregate(node, context);
    case 'FunctionCall':
      return call(node, context);
    case 'VectorSelector':
      return context.known.latest(selectorOf(context.expr, node), context);
    default:
      throw new UnknownValue(node.name);
  }
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
  const found = operationAt(node);
  if (!found) throw new UnknownValue(node.name);
  const { left, operator, right, bool } = found;
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
  if (bool) return Number(holds);
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

interface Aggregation {
  /** The name of its operator in the grammar, e.g. `Max`. */
  readonly operation: string;
  /** The number before the vector, as in `topk`. */
  readonly parameter: number | undefined;
  readonly body: SyntaxNode;
  /** Whether it groups series by a label. */
  readonly own: (label: string) => boolean;
}

function aggregationAt(node: SyntaxNode, { expr }: Context): Aggregation {
  const operation = node.getChild('AggregateOp')?.firstChild?.name ?? '';
  const inner = node.getChild('FunctionCallBody');
  const parts = inner ? childrenOf(inner) : [];
  const [first] = parts;
  const body = parts.at(-1);
  if (!first || !body) throw new UnknownValue(operation);
  const own = sourcesOf(expr, body, groupsBy(expr, node));
  if (!own) throw new UnknownValue(operation);
  return { operation, body, own, parameter: body === first ? undefined : constantOf(expr, first) };
}

function aggregate(node: SyntaxNode, context: Context): Value {
  const { operation, body, own, parameter } = aggregationAt(node, context);
  const keeps = (label: string) => own(label) && context.keeps(label);
  const inSum =
    operation === 'Sum' ? ifKnown(() => valueAt(body, { ...context, keeps, summed: true })) : undefined;
  if (inSum) return inSum.value;
  if (context.summed) throw new UnknownValue(operation);
  if (operation === 'Topk' || operation === 'Bottomk') {
    const value = valueAt(body, context);
    if (value === undefined || parameter === undefined) return undefined;
    const isBefore = (other: number) => (operation === 'Topk' ? other > value : other < value);
    const before = seriesBelow(body, { ...context, keeps: own }).filter((other) => isBefore(other.value));
    return before.length === 0 || countOf(body, before, context) < parameter ? value : undefined;
  }
  return together(operation, parameter, body, context, seriesBelow(body, { ...context, keeps }));
}

function ifKnown<T>(work: () => T): { readonly value: T } | undefined {
  try {
    return { value: work() };
  } catch (error) {
    if (error instanceof UnknownValue) return undefined;
    throw error;
  }
}

interface Valued {
  readonly series: Series;
  readonly value: number;
}

/** The values of the series that an aggregation combines; the same series may be there several times. */
function seriesBelow(body: SyntaxNode, context: Context): Valued[] {
  const { known, expr } = context;
  const selectors = [...walk(body)]
    .filter(({ name }) => name === 'VectorSelector')
    .map((node) => selectorOf(expr, node));
  return known
    .series(selectors)
    .filter((series) => known.isAlike(series, context))
    .flatMap((series) => {
      const value = valueAt(body, { expr, known, keeps: () => true, summed: false, series });
      return value === undefined ? [] : [{ series, value }];
    });
}

/** The number of distinct series; a series with the label `instance` counts once for each instance. */
function countOf(body: SyntaxNode, all: readonly Valued[], context: Context): number {
  return distinct(body, all, context).reduce((sum, { times }) => sum + times, 0);
}

function distinct(
  body: SyntaxNode,
  all: readonly Valued[],
  { expr, known }: Context,
): (Valued & { readonly times: number })[] {
  const keeps = (label: string) => labelsKept(expr, body, label);
  const apart = all.filter(
    ({ series }, i) =>
      !all.slice(0, i).some((other) => known.isAlike(series, { keeps, series: other.series })),
  );
  return apart.map((one) => ({ ...one, times: keeps('instance') ? known.instances(one.series) : 1 }));
}

function together(
  operation: string,
  parameter: number | undefined,
  body: SyntaxNode,
  context: Context,
  all: readonly Valued[],
): Value {
  const [first] = all;
  if (!first) return undefined;
  const values = all.map(({ value }) => value);
  const isOne = values.every((value) => value === first.value);
  switch (operation) {
    case 'Max':
      return Math.max(...values);
    case 'Min':
      if (joinsVectors(body)) break;
      return Math.min(...values);
    case 'Group':
      return 1;
    case 'Sum':
      return distinct(body, all, context).reduce((sum, { value, times }) => sum + value * times, 0);
    case 'Avg': {
      if (joinsVectors(body)) break;
      if (isOne) return first.value;
      const each = distinct(body, all, context);
      const times = each.reduce((sum, one) => sum + one.times, 0);
      return each.reduce((sum, one) => sum + one.value * one.times, 0) / times;
    }
    case 'Count':
      if (joinsVectors(body)) break;
      return countOf(body, all, context);
    case 'Quantile': {
      if (joinsVectors(body) || parameter === undefined) break;
      if (isOne) return first.value;
      const each = distinct(body, all, context).flatMap(({ value, times }) => Array(times).fill(value));
      return quantile(parameter, each);
    }
  }
  throw new UnknownValue(operation);
}

/** Whether the result has series of both sides of an `or`, such as `a or vector(0)`. One side is then not all of it. */
const joinsVectors = (node: SyntaxNode): boolean =>
  node.name !== 'AggregateExpr' &&
  (node.name === 'Or' || childrenOf(node).some((child) => joinsVectors(child)));

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
const passThrough = new Set([
  ...['vector', 'scalar', 'sort', 'sort_desc', 'sort_by_label', 'sort_by_label_desc'],
  ...['label_replace', 'label_join'],
]);

function call(node: SyntaxNode, context: Context): Value {
  const { name = '', args = [] } = callAt(context.expr, node) ?? {};
  const [first] = args;
  if (!first) throw new UnknownValue(name);
  if (name === 'rate' || name === 'increase') return rising(name, first, context);
  if (passThrough.has(name)) {
    if (name === 'vector' && context.summed) throw new UnknownValue(name);
    return valueAt(first, context);
  }
  const operation = scalarFunctions[name];
  if (!operation || context.summed) throw new UnknownValue(name);
  const values = args.map((argument) => valueAt(argument, context));
  return values.every((value) => value !== undefined) ? operation(...values) : undefined;
}

/** `rate` or `increase` of a counter, or of a subquery over a sum of counters. */
function rising(name: string, range: SyntaxNode, context: Context): Value {
  const { known, expr } = context;
  if (range.name === 'OffsetExpr') {
    const [shifted, length] = [range.firstChild, range.getChild('OffsetDurationExpr')];
    if (!shifted || !length || context.offsetMs !== undefined) throw new UnknownValue(range.name);
    return rising(name, shifted, { ...context, offsetMs: lengthMs(expr, length) });
  }
  const inner = childrenOf(range)[0];
  if (!inner || !isRange(range)) throw new UnknownValue(range.name);
  const rate =
    range.name === 'MatrixSelector'
      ? known.rate(selectorOf(expr, inner), context)
      : risingSum(inner, context);
  return rate === undefined ? undefined : rate * (name === 'rate' ? 1 : known.seconds(range));
}

/** The rate of a sum of counters is the sum of their rates. */
const risingSum = (node: SyntaxNode, context: Context): Value =>
  valueAt(node, {
    ...context,
    summed: true,
    known: { ...context.known, latest: context.known.rate, rate: notKnown },
  });
