import type { SyntaxNode } from '@lezer/common';
import { childrenOf, textOf, walk } from '../syntax-tree.ts';
import { applyEdits, type Edit } from '../text-edits.ts';
import { callAt } from './call.ts';
import { arithmetic, constantOf } from './constant.ts';
import { rangeMs } from './longest-window.ts';
import { operationAt, setOperators } from './operation.ts';
import { isComparison, turned } from './outer-comparison.ts';
import { bindOffsets, parsePromql } from './parse.ts';
import { isRange, offsetsBelow, rangesBelow } from './ranges-below.ts';
import { unwrapped } from './unwrapped.ts';

/*
 * Dividing the durations of an expression does not change rates, shares and latencies. It does change counts, since
 * their window becomes shorter, and it does not affect clocks. Counts are multiplied by the factor by which their
 * window was divided, so that they equal those at real pace.
 */

/** A reason why a rule cannot be judged at a divided pace. */
export interface Unpaced {
  /**
   * - `few`: it needs so few events that a single one would satisfy it at this pace;
   * - `clock`: it compares with the time of day, or with a time that the pace does not divide;
   * - `forecast`: it extrapolates by a length of time that the pace does not divide.
   */
  readonly kind: 'few' | 'clock' | 'forecast';
  /** The part of the expression, as written. */
  readonly text: string;
  /** For `few`: how many events it needs. */
  readonly needs?: number;
}

/** An expression whose counts are scaled to real pace. */
export interface ScaledExpression {
  readonly expr: string;
  readonly unpaced: readonly Unpaced[];
}

/** A comparison with a number. */
export interface Limit {
  readonly operator: string;
  readonly limit: number;
}

/** Functions whose value is proportional to the length of their range. */
const growing = new Set(['increase', 'delta', 'idelta', 'changes', 'resets']);
/** Functions that return one sample of a range. */
const extremes = new Set(['max_over_time', 'min_over_time', 'first_over_time', 'last_over_time']);
/** Functions of a count that are a count too, or a part of one. */
const passing = new Set([
  ...['abs', 'ceil', 'floor', 'round', 'sgn', 'clamp', 'clamp_min', 'clamp_max', 'scalar', 'vector'],
  ...['sort', 'sort_desc', 'sort_by_label', 'sort_by_label_desc', 'label_replace', 'label_join'],
  ...['histogram_count', 'histogram_sum', 'avg_over_time', 'sum_over_time', 'quantile_over_time'],
  ...extremes,
]);
/** Of what a function gives, the count that it is given. */
const inverses: Readonly<Record<string, (value: number) => number>> = {
  sqrt: (value) => value ** 2,
  exp: Math.log,
  ln: Math.exp,
  log2: (value) => 2 ** value,
  log10: (value) => 10 ** value,
};
/** Functions that find a share or a mean in counts, whatever all of them are multiplied by. */
const scaleless = /^histogram_(?:quantiles?|fraction|avg|stddev|stdvar)$/;
const clocks = new Set([
  ...['ts_of_max_over_time', 'ts_of_min_over_time', 'ts_of_first_over_time', 'ts_of_last_over_time'],
  ...['time', 'hour', 'minute', 'month', 'year'],
  ...['day_of_week', 'day_of_month', 'day_of_year', 'days_in_month', 'timestamp'],
]);
const forecasts = new Set(['predict_linear']);
/** Metrics whose values are times, by Prometheus' naming conventions. */
const clockMetric = /(_timestamp|_start_time|_uptime|_last_success|_last_run)_seconds$/;
/** Metrics that count seconds, bytes and the like, by Prometheus' naming conventions: an event adds any number of them. */
const unitMetric = /(_seconds|_milliseconds|_bytes|_joules|_watts|_volts|_meters|_grams)(_total)?$|_sum$/;

/**
 * Multiplies each count in an expression by the factor by which its window is divided.
 *
 * A count for which a single event makes the comparison true (`> 0`, `>= 1`) is left unchanged: it means the same at
 * any pace. A count that needs several events, but no more than its window is divided by, would be satisfied by a
 * single event: it is left unchanged and reported.
 *
 * @param dividedBy the factor by which a window of the given milliseconds is divided.
 * @param outside comparisons of the expression's value outside of it, e.g. in another Grafana expression.
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export function multiplyCounts(
  written: string,
  dividedBy: (windowMs: number) => number,
  outside: readonly Limit[] = [],
): ScaledExpression {
  const unpaced: Unpaced[] = [];
  const edits: Edit[] = [];
  const expr = bindOffsets(written);
  const isCount = (node: SyntaxNode) => countWindowMs(expr, node) > 0;
  for (const node of walk(parsePromql(expr))) {
    const text = expr.slice(node.from, node.to);
    const name = functionOf(expr, node);
    if (node.name === 'VectorSelector' && clockMetric.test(metricOf(expr, node))) {
      unpaced.push({ kind: 'clock', text });
    }
    if (clocks.has(name)) unpaced.push({ kind: 'clock', text });
    if (forecasts.has(name)) unpaced.push({ kind: 'forecast', text });
    if (name === 'rate') {
      const needs = eventsOfRate(expr, node, dividedBy, outside);
      if (needs !== undefined) unpaced.push({ kind: 'few', text, needs });
    }
    const windowMs = countWindowMs(expr, node);
    if (windowMs === 0) continue;
    const ratio = dividedBy(windowMs);
    const change = changeOf({ expr, node, isCount }, ratio, outside);
    if (change === 'scaled') edits.push(...multiplied(node, ratio, node.name === 'BinaryExpr'));
    if (typeof change === 'object') unpaced.push({ kind: 'few', text, needs: change.needs });
  }
  return { expr: edits.length > 0 ? applyEdits(expr, edits) : written, unpaced };
}

/**
 * How many events a rate needs that in a divided window would follow from a single one. `undefined` if it is compared with
 * no number, or means the same.
 */
function eventsOfRate(
  expr: string,
  node: SyntaxNode,
  dividedBy: (windowMs: number) => number,
  outside: readonly Limit[],
): number | undefined {
  const range = [...walk(node)].find(isRange);
  const isOfUnit = [...walk(node)].some(
    (inner) => inner.name === 'VectorSelector' && unitMetric.test(metricOf(expr, inner)),
  );
  const windowMs = range && !isOfUnit ? rangeMs(expr, range) : 0;
  const isCount = (other: SyntaxNode) => functionOf(expr, other) === 'rate' || countWindowMs(expr, other) > 0;
  const limits = windowMs === 0 ? [] : comparedWith({ expr, node, isCount }, outside);
  if (limits === 'another count') return undefined;
  const ratio = dividedBy(windowMs);
  for (const { operator, limit } of limits) {
    const change = changeFor(ofEvents({ operator, limit: (limit * windowMs) / 1000 }), ratio);
    if (typeof change === 'object') return change.needs;
  }
  return undefined;
}

/**
 * The limits that an expression compares a placeholder metric for a count with, at each of its occurrences.
 *
 * @param isCount whether a metric is a placeholder for a count.
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export function limitsOn(expr: string, metric: string, isCount: (metric: string) => boolean): Limit[] {
  const isPlaceholder = (node: SyntaxNode) => node.name === 'VectorSelector' && isCount(metricOf(expr, node));
  return [...walk(parsePromql(expr))].flatMap((node) => {
    if (node.name !== 'VectorSelector' || metricOf(expr, node) !== metric) return [];
    const limits = comparedWith({ expr, node, isCount: isPlaceholder }, []);
    return limits === 'another count' ? [] : limits;
  });
}

/** A count in an expression, and a test for other counts. */
export interface CountPosition {
  readonly expr: string;
  readonly node: SyntaxNode;
  readonly isCount: (node: SyntaxNode) => boolean;
}

/**
 * The effect on a count of dividing its window by `ratio`: none; it has to be multiplied; or it cannot be judged, since
 * it needs so few events that a single one would do.
 *
 * @param outside as for `multiplyCounts`.
 */
export function changeOf(count: CountPosition, ratio: number, outside: readonly Limit[]): CountChange {
  if (ratio === 1) return 'same';
  const limits = comparedWith(count, outside);
  if (limits === 'another count') return 'same';
  const changes = limits.map((limit) => changeFor(ofEvents(limit), ratio));
  const few = changes.find((change) => typeof change === 'object');
  return few ?? (changes.length > 0 && changes.every((change) => change === 'same') ? 'same' : 'scaled');
}

type CountChange = 'same' | 'scaled' | { readonly needs: number };

/** A limit below zero is a fall: by more than ten events, say, which is a change of more than ten. */
const ofEvents = ({ operator, limit }: Limit): Limit =>
  limit < 0 ? { operator: turned(operator), limit: -limit } : { operator, limit };

function changeFor(limit: Limit, ratio: number): CountChange {
  const isEquality = limit.operator === '==' || limit.operator === '!=';
  const isAny = isEquality ? limit.limit === 0 : changesAt(1, limit);
  if (isAny) return 'same';
  return changesAt(ratio, limit) ? { needs: eventsFor(limit) } : 'scaled';
}

/** Operators whose result for a count equal to the limit is that for a smaller count. */
const exclusive = new Set(['>', '<=']);

/** Whether a comparison has another result for this count than for zero. */
const changesAt = (count: number, { operator, limit }: Limit): boolean =>
  exclusive.has(operator) ? count > limit : count >= limit;

/** How many events change the result: six for `> 5`, five for `>= 5`. */
const eventsFor = ({ operator, limit }: Limit): number =>
  exclusive.has(operator) ? Math.floor(limit) + 1 : Math.ceil(limit);

/**
 * The edits that multiply a part of an expression by a factor.
 *
 * @param isOperation whether the part needs parentheses.
 */
export function multiplied(
  { from, to }: { readonly from: number; readonly to: number },
  factor: number,
  isOperation = false,
): Edit[] {
  const [open, close] = isOperation ? ['(', ')'] : ['', ''];
  return [
    { from, to: from, replacement: `(${Number(factor.toPrecision(6))} * ${open}` },
    { from: to, to, replacement: `${close})` },
  ];
}

/** The name of the function that a node calls; empty for other nodes. */
const functionOf = (expr: string, node: SyntaxNode): string => callAt(expr, node)?.name ?? '';

function metricOf(expr: string, node: SyntaxNode): string {
  const name = childrenOf(node).find((part) => part.name === 'Identifier');
  return name ? expr.slice(name.from, name.to) : '';
}

/**
 * The numbers that a count is compared with, converted to limits of the count itself. Empty if it is compared with
 * nothing, or with an unknown value.
 */
function comparedWith(
  { expr, node: count, isCount }: CountPosition,
  outside: readonly Limit[],
): readonly Limit[] | 'another count' {
  // `toCount` converts a value at this point of the way up to the count. The value is mirrored if it grows as the count falls.
  let toCount = (value: number) => value;
  let isMirrored = false;
  const isNow = (before: (value: number) => number, falls = false) => {
    const inner = toCount;
    toCount = (value) => inner(before(value));
    if (falls) isMirrored = !isMirrored;
  };
  const ofCount = ({ operator, limit }: Limit): Limit => ({
    operator: isMirrored ? turned(operator) : operator,
    limit: toCount(limit),
  });
  for (let node = count; node.parent; node = node.parent) {
    const { parent } = node;
    const name = functionOf(expr, parent);
    if (scaleless.test(name)) return 'another count';
    const inverse = inverses[name];
    if (inverse) isNow(inverse);
    // A number of points or of series is none of events; of other functions it is not known what they make of one.
    else if (name !== '' && !passing.has(name)) return [];
    if (parent.name === 'AggregateExpr' && parent.getChild('AggregateOp')?.firstChild?.name === 'Count')
      return [];
    const operation = operationAt(parent);
    if (!operation) continue;
    const { left, operator: operatorNode, right } = operation;
    const isLeft = left.from === node.from && left.to === node.to;
    const other = isLeft ? right : left;
    const operator = textOf(expr, operatorNode);
    const value = numberOf(expr, other);
    const kind = setOperators[operatorNode.name];
    if (kind && (isLeft || kind === 'or')) continue;
    if (kind) return [];
    if (value === undefined) {
      // A quotient of two counts is a share, which the pace does not change.
      if (![...walk(other)].some(isCount)) return [];
      if (operator === '/') return 'another count';
      // In a sum of counts, a single event of either one counts.
      if (operator === '-' && !isLeft) isNow((sum) => -sum, true);
      if (operator === '+' || operator === '-') continue;
      return [];
    }
    if (isComparison(operator))
      return [ofCount({ operator: isLeft ? operator : turned(operator), limit: value })];
    if (!(operatorNode.name in arithmetic)) return [];
    if (operator === '*') isNow((product) => product / value, value < 0);
    else if (operator === '/' && isLeft) isNow((quotient) => quotient * value, value < 0);
    else if (operator === '+') isNow((sum) => sum - value);
    else if (operator === '-') isNow((rest) => (isLeft ? rest + value : value - rest), !isLeft);
    else if (operator === '^' && isLeft && value > 0)
      isNow((power) => Math.sign(power) * Math.abs(power) ** (1 / value));
    else return [];
  }
  return outside.map(ofCount);
}

/** A number, also one that is written as a vector. */
function numberOf(expr: string, node: SyntaxNode): number | undefined {
  const constant = constantOf(expr, node);
  if (constant !== undefined) return constant;
  const { name = '', args: [argument] = [] } = callAt(expr, unwrapped(node)) ?? {};
  return argument && /^(?:vector|scalar)$/.test(name) ? numberOf(expr, argument) : undefined;
}

/**
 * The number of milliseconds over which a node counts, or 0. For a growing function it is the range; for `x - x offset
 * 1h` the offset; for `max_over_time(x[5m]) - min_over_time(x[5m])`, or either of them and `x`, the range.
 */
function countWindowMs(expr: string, node: SyntaxNode): number {
  if (growing.has(functionOf(expr, node))) {
    const range = [...walk(node)].find(isRange);
    return range ? rangeMs(expr, range) : 0;
  }
  const [now, operator, before] = node.name === 'BinaryExpr' ? childrenOf(node) : [];
  if (operator?.name !== 'Sub' || !now || !before || subjectOf(expr, now) !== subjectOf(expr, before))
    return 0;
  const ranges = rangesBelow(expr, node);
  if (ranges.some((range) => !extremes.has(range.function))) return 0;
  const [shift, shiftNow] = [before, now].map((side) => offsetsBelow(expr, side)[0] ?? 0);
  const apartMs = Math.abs((shift ?? 0) - (shiftNow ?? 0));
  return apartMs || Math.max(0, ...ranges.map(({ ms }) => ms));
}

/** The text of a node without parentheses, offset and the functions that pick one sample of a range. */
function subjectOf(expr: string, node: SyntaxNode): string {
  const text = expr.slice(node.from, node.to);
  if (['Offset', 'OffsetDurationExpr', 'DurationExpr'].includes(node.name)) return '';
  if (node.name === 'FunctionIdentifier' && extremes.has(text)) return '';
  const parts = childrenOf(node);
  return parts.length === 0 ? ` ${text}` : parts.map((part) => subjectOf(expr, part)).join('');
}
