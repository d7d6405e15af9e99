import type { SyntaxNode } from '@lezer/common';
import { childrenOf, walk } from '../syntax-tree.ts';
import { applyEdits, type Edit } from '../text-edits.ts';
import { arithmetic, constantOf } from './constant.ts';
import { rangeMs } from './longest-window.ts';
import { bindOffsets, parsePromql } from './parse.ts';
import { isRange, offsetOf, rangesBelow } from './ranges-below.ts';

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
const clocks = new Set([
  ...['time', 'hour', 'minute', 'month', 'year'],
  ...['day_of_week', 'day_of_month', 'day_of_year', 'days_in_month', 'timestamp'],
]);
const forecasts = new Set(['predict_linear']);
/** Metrics whose values are times, by Prometheus' naming conventions. */
const clockMetric = /(_timestamp|_start_time|_uptime|_last_success|_last_run)_seconds$/;
const comparisons = new Set(['>', '>=', '<', '<=', '==', '!=']);
const mirrored: Readonly<Record<string, string>> = { '>': '<', '>=': '<=', '<': '>', '<=': '>=' };

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
  limit < 0 ? { operator: mirrored[operator] ?? operator, limit: -limit } : { operator, limit };

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
function functionOf(expr: string, node: SyntaxNode): string {
  const [name] = node.name === 'FunctionCall' ? childrenOf(node) : [];
  return name ? expr.slice(name.from, name.to) : '';
}

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
  // From the count c up to the comparison, the value is times·c + plus.
  let times = 1;
  let plus = 0;
  const ofCount = ({ operator, limit }: Limit): Limit => ({
    operator: times < 0 ? (mirrored[operator] ?? operator) : operator,
    limit: (limit - plus) / times,
  });
  for (let node = count; node.parent; node = node.parent) {
    const { parent } = node;
    if (parent.name !== 'BinaryExpr') continue;
    const parts = childrenOf(parent);
    const [left, operatorNode] = parts;
    const right = parts.at(-1);
    if (!left || !operatorNode || !right) return [];
    const isLeft = left.from === node.from && left.to === node.to;
    const other = isLeft ? right : left;
    const operator = expr.slice(operatorNode.from, operatorNode.to);
    const value = constantOf(expr, other);
    const word = operator.toLowerCase();
    if (word === 'or') continue;
    if (word === 'and' || word === 'unless') {
      if (isLeft) continue;
      return [];
    }
    if (value === undefined) {
      // A quotient of two counts is a share, which the pace does not change.
      if (![...walk(other)].some(isCount)) return [];
      if (operator === '/') return 'another count';
      // In a sum of counts, a single event of either one counts.
      if (operator === '-' && !isLeft) [times, plus] = [-times, -plus];
      if (operator === '+' || operator === '-') continue;
      return [];
    }
    if (comparisons.has(operator)) {
      return [ofCount({ operator: isLeft ? operator : (mirrored[operator] ?? operator), limit: value })];
    }
    if (!(operatorNode.name in arithmetic)) return [];
    if (operator === '*') [times, plus] = [times * value, plus * value];
    else if (operator === '/' && isLeft) [times, plus] = [times / value, plus / value];
    else if (operator === '+') plus += value;
    else if (operator === '-') [times, plus] = isLeft ? [times, plus - value] : [-times, value - plus];
    else return [];
  }
  return outside.map(ofCount);
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
  const apartMs = Math.abs(offsetOf(expr, before) - offsetOf(expr, now));
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
