import type { SyntaxNode } from '@lezer/common';
import { childrenOf, walk } from '../syntax-tree.ts';
import { arithmetic, constantOf } from './constant.ts';
import { groupsBy, labelsKept, sourcesOf } from './labels-kept.ts';
import { selectorOf, type VectorSelector } from './selectors-of.ts';

/*
 * The value that an expression has when the values of what it counts are known. Of a vector it is the value of one
 * series, the one in question unless an aggregation asks for each of those that it takes together.
 */

/** `undefined`: the vector is empty. */
export type Value = number | undefined;

/** A series that tells what is counted apart. */
export interface Series {
  /** The values that a label may have, none where it is not known. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
}

/** Which of the series below an expression are taken together. */
export interface Taken {
  /** Whether the result is told apart by a label: then only the series that have its value are. */
  keeps(label: string): boolean;
  /** The series whose values of the labels count. Absent: the one in question. */
  readonly series?: Series;
}

/** What an expression is about. Each function throws `NotKnown` for what it does not know. */
export interface Known {
  /** How fast counters rise in a window, per second. */
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

/** That the value of an expression cannot be told. */
export class NotKnown extends Error {}

const notKnown = (): never => {
  throw new NotKnown();
};

interface Place extends Taken {
  readonly expr: string;
  readonly known: Known;
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
      return place.known.latest(selectorOf(place.expr, node), place);
    default:
      throw new NotKnown(node.name);
  }
}

const textOf = ({ expr }: Place, { from, to }: SyntaxNode) => expr.slice(from, to);

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

interface Aggregation {
  /** The name of its operator in the grammar, e.g. `Max`. */
  readonly operation: string;
  /** The number before the vector, as of `topk`. */
  readonly parameter: number | undefined;
  readonly body: SyntaxNode;
  /** By which labels it takes series together. */
  readonly own: (label: string) => boolean;
}

function aggregationAt(node: SyntaxNode, { expr }: Place): Aggregation {
  const operation = node.getChild('AggregateOp')?.firstChild?.name ?? '';
  const inner = node.getChild('FunctionCallBody');
  const parts = inner ? childrenOf(inner) : [];
  const [first] = parts;
  const body = parts.at(-1);
  if (!first || !body) throw new NotKnown(operation);
  const own = sourcesOf(expr, body, groupsBy(expr, node));
  if (!own) throw new NotKnown(operation);
  return { operation, body, own, parameter: body === first ? undefined : constantOf(expr, first) };
}

function aggregate(node: SyntaxNode, place: Place): Value {
  const { operation, body, own, parameter } = aggregationAt(node, place);
  const keeps = (label: string) => own(label) && place.keeps(label);
  const inSum = operation === 'Sum' ? ifKnown(() => at(body, { ...place, keeps, summed: true })) : undefined;
  if (inSum) return inSum.value;
  if (place.summed) throw new NotKnown(operation);
  if (operation === 'Topk' || operation === 'Bottomk') {
    const value = at(body, place);
    if (value === undefined || parameter === undefined) return undefined;
    const isBefore = (other: number) => (operation === 'Topk' ? other > value : other < value);
    const before = seriesBelow(body, { ...place, keeps: own }).filter((other) => isBefore(other.value));
    return before.length === 0 || countOf(body, before, place) < parameter ? value : undefined;
  }
  return together(operation, parameter, body, place, seriesBelow(body, { ...place, keeps }));
}

function ifKnown<T>(work: () => T): { readonly value: T } | undefined {
  try {
    return { value: work() };
  } catch (error) {
    if (error instanceof NotKnown) return undefined;
    throw error;
  }
}

interface Valued {
  readonly series: Series;
  readonly value: number;
}

/** The values of the series that an aggregation takes together; the same series may be there several times. */
function seriesBelow(body: SyntaxNode, place: Place): Valued[] {
  const { known, expr } = place;
  const selectors = [...walk(body)]
    .filter(({ name }) => name === 'VectorSelector')
    .map((node) => selectorOf(expr, node));
  return known
    .series(selectors)
    .filter((series) => known.isAlike(series, place))
    .flatMap((series) => {
      const value = at(body, { expr, known, keeps: () => true, summed: false, series });
      return value === undefined ? [] : [{ series, value }];
    });
}

/** How many series there are, each counted once, on every instance that has it. */
function countOf(body: SyntaxNode, all: readonly Valued[], place: Place): number {
  return distinct(body, all, place).reduce((sum, { times }) => sum + times, 0);
}

function distinct(
  body: SyntaxNode,
  all: readonly Valued[],
  { expr, known }: Place,
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
  place: Place,
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
      return distinct(body, all, place).reduce((sum, { value, times }) => sum + value * times, 0);
    case 'Avg': {
      if (joinsVectors(body)) break;
      if (isOne) return first.value;
      const each = distinct(body, all, place);
      const times = each.reduce((sum, one) => sum + one.times, 0);
      return each.reduce((sum, one) => sum + one.value * one.times, 0) / times;
    }
    case 'Count':
      if (joinsVectors(body)) break;
      return countOf(body, all, place);
    case 'Quantile': {
      if (joinsVectors(body) || parameter === undefined) break;
      if (isOne) return first.value;
      const each = distinct(body, all, place).flatMap(({ value, times }) => Array(times).fill(value));
      return quantile(parameter, each);
    }
  }
  throw new NotKnown(operation);
}

/** Whether it has the series of both sides of an `or`, such as `a or vector(0)`: then one of a side is not all. */
const joinsVectors = (node: SyntaxNode): boolean =>
  node.name !== 'AggregateExpr' &&
  (node.name === 'Or' || childrenOf(node).some((child) => joinsVectors(child)));

/** As Prometheus takes it: between the two values that are nearest. */
function quantile(share: number, values: readonly number[]): number {
  if (share < 0) return Number.NEGATIVE_INFINITY;
  if (share > 1) return Number.POSITIVE_INFINITY;
  const sorted = values.toSorted((a, b) => a - b);
  const rank = share * (sorted.length - 1);
  const [below = 0, above = 0] = [sorted[Math.floor(rank)], sorted[Math.ceil(rank)]];
  return below + (above - below) * (rank - Math.floor(rank));
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
const passing = new Set([
  ...['vector', 'scalar', 'sort', 'sort_desc', 'sort_by_label', 'sort_by_label_desc'],
  ...['label_replace', 'label_join'],
]);

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
function rising(name: string, range: SyntaxNode, place: Place): Value {
  const { known, expr } = place;
  const inner = childrenOf(range)[0];
  if (!inner || !['MatrixSelector', 'SubqueryExpr'].includes(range.name)) throw new NotKnown(range.name);
  const rate =
    range.name === 'MatrixSelector' ? known.rate(selectorOf(expr, inner), place) : risingSum(inner, place);
  return rate === undefined ? undefined : rate * (name === 'rate' ? 1 : known.seconds(range));
}

/** A sum of counters rises as fast as they do together. */
const risingSum = (node: SyntaxNode, place: Place): Value =>
  at(node, {
    ...place,
    summed: true,
    known: { ...place.known, latest: place.known.rate, rate: notKnown },
  });
