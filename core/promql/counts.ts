import type { SyntaxNode } from '@lezer/common';
import { type Edit, edited } from '../edited.ts';
import { childrenOf, walk } from '../syntax-tree.ts';
import { arithmetic, constantOf } from './constant.ts';
import { rangeMs } from './longest-window.ts';
import { bindOffsets, parsePromql } from './parse.ts';
import { isRange, offsetOf, rangesBelow } from './ranges-below.ts';

/*
 * Dividing the durations of an expression keeps what it says of rates, shares and times of requests. It changes what an
 * expression says of counts, whose window has become shorter, and leaves clocks as they are. Counts are multiplied by
 * as much as their window was divided, so that they stay what they are at real pace.
 */

/** Why a rule cannot be judged at a divided pace. */
export interface Unpaced {
  /**
   * - `few`: it needs so few events that at this pace a single one would do;
   * - `clock`: it compares with the time of day, or with a time that no pace divides;
   * - `forecast`: it extends what it sees by a length of time that no pace divides.
   */
  readonly kind: 'few' | 'clock' | 'forecast';
  /** The part of the expression, as written. */
  readonly text: string;
  /** Of `few`: how many events it needs. */
  readonly needs?: number;
}

/** An expression whose counts are those of the real pace. */
export interface Counted {
  readonly expr: string;
  readonly unpaced: readonly Unpaced[];
}

/** A comparison with a number. */
export interface Limit {
  readonly operator: string;
  readonly limit: number;
}

/** Functions whose value grows with the length of their range: of counters, gauges and changes. */
const growing = new Set(['increase', 'delta', 'idelta', 'changes', 'resets']);
/** Functions that take one of the samples of a range. */
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
/** Metrics that are themselves times: naming conventions of Prometheus. */
const clockMetric = /(_timestamp|_start_time|_uptime|_last_success|_last_run)_seconds$/;
const comparisons = new Set(['>', '>=', '<', '<=', '==', '!=']);
const mirrored: Readonly<Record<string, string>> = { '>': '<', '>=': '<=', '<': '>', '<=': '>=' };

/**
 * Multiplies each count of an expression by as much as its window is divided.
 *
 * A count of which any single event makes the comparison true (`> 0`, `>= 1`) stays as it is: it means the same at any
 * pace. One that needs several events, but fewer than its window is divided by, would be met by a single event: it
 * stays as it is too, and is told.
 *
 * @param dividedBy how much shorter a window of so many milliseconds becomes.
 * @param outside what the expression's value is compared with elsewhere, e.g. in another expression of Grafana's.
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export function multiplyCounts(
  written: string,
  dividedBy: (windowMs: number) => number,
  outside: readonly Limit[] = [],
): Counted {
  const unpaced: Unpaced[] = [];
  const edits: Edit[] = [];
  const expr = bindOffsets(written);
  const isCount = (node: SyntaxNode) => countedOver(expr, node) > 0;
  for (const node of walk(parsePromql(expr))) {
    const text = expr.slice(node.from, node.to);
    const name = functionOf(expr, node);
    if (node.name === 'VectorSelector' && clockMetric.test(metricOf(expr, node))) {
      unpaced.push({ kind: 'clock', text });
    }
    if (clocks.has(name)) unpaced.push({ kind: 'clock', text });
    if (forecasts.has(name)) unpaced.push({ kind: 'forecast', text });
    const windowMs = countedOver(expr, node);
    if (windowMs === 0) continue;
    const ratio = dividedBy(windowMs);
    const change = changeOf({ expr, node, isCount }, ratio, outside);
    if (change === 'scaled') edits.push(...multiplied(node, ratio, node.name === 'BinaryExpr'));
    if (typeof change === 'object') unpaced.push({ kind: 'few', text, needs: change.needs });
  }
  return { expr: edits.length > 0 ? edited(expr, edits) : written, unpaced };
}

/**
 * What an expression compares a metric with that stands for a count, at each place where it stands.
 *
 * @param isCount whether a metric stands for a count.
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export function limitsOn(expr: string, metric: string, isCount: (metric: string) => boolean): Limit[] {
  const isSuch = (node: SyntaxNode) => node.name === 'VectorSelector' && isCount(metricOf(expr, node));
  return [...walk(parsePromql(expr))].flatMap((node) => {
    if (node.name !== 'VectorSelector' || metricOf(expr, node) !== metric) return [];
    const limits = comparedWith({ expr, node, isCount: isSuch }, []);
    return limits === 'another count' ? [] : limits;
  });
}

/** A count in an expression, and what else in it is a count. */
export interface CountAt {
  readonly expr: string;
  readonly node: SyntaxNode;
  readonly isCount: (node: SyntaxNode) => boolean;
}

/**
 * What dividing its window by `ratio` does to a count: nothing; or it has to be multiplied; or it cannot be judged,
 * since it needs so few events that a single one would do.
 *
 * @param outside as for `multiplyCounts`.
 */
export function changeOf(count: CountAt, ratio: number, outside: readonly Limit[]): CountChange {
  if (ratio === 1) return 'same';
  const limits = comparedWith(count, outside);
  if (limits === 'another count') return 'same';
  const changes = limits.map((limit) => changeFor(ofEvents(limit), ratio));
  const few = changes.find((change) => typeof change === 'object');
  return few ?? (changes.length > 0 && changes.every((change) => change === 'same') ? 'same' : 'scaled');
}

type CountChange = 'same' | 'scaled' | { readonly needs: number };

/** What falls by more than ten is a change of more than ten. */
const ofEvents = ({ operator, limit }: Limit): Limit =>
  limit < 0 ? { operator: mirrored[operator] ?? operator, limit: -limit } : { operator, limit };

function changeFor(limit: Limit, ratio: number): CountChange {
  const isEquality = limit.operator === '==' || limit.operator === '!=';
  const isAny = isEquality ? limit.limit === 0 : isTurnedBy(1, limit);
  if (isAny) return 'same';
  return isTurnedBy(ratio, limit) ? { needs: eventsFor(limit) } : 'scaled';
}

/** Operators that a count of just the limit leaves as they were at fewer. */
const beyond = new Set(['>', '<=']);

/** Whether a comparison is another one at this count than at none. */
const isTurnedBy = (count: number, { operator, limit }: Limit): boolean =>
  beyond.has(operator) ? count > limit : count >= limit;

/** How many events that takes: six for `> 5`, five for `>= 5`. */
const eventsFor = ({ operator, limit }: Limit): number =>
  beyond.has(operator) ? Math.floor(limit) + 1 : Math.ceil(limit);

/**
 * What writes a factor before a part of an expression.
 *
 * @param isOperation whether the part needs parentheses of its own.
 */
export function multiplied(
  { from, to }: { readonly from: number; readonly to: number },
  factor: number,
  isOperation = false,
): Edit[] {
  const [open, close] = isOperation ? ['(', ')'] : ['', ''];
  return [
    { from, to: from, by: `(${Number(factor.toPrecision(6))} * ${open}` },
    { from: to, to, by: `${close})` },
  ];
}

/** The name of the function that a node calls; empty for another node. */
function functionOf(expr: string, node: SyntaxNode): string {
  const [name] = node.name === 'FunctionCall' ? childrenOf(node) : [];
  return name ? expr.slice(name.from, name.to) : '';
}

function metricOf(expr: string, node: SyntaxNode): string {
  const name = childrenOf(node).find((part) => part.name === 'Identifier');
  return name ? expr.slice(name.from, name.to) : '';
}

/**
 * The numbers that a count is compared with, in terms of the count itself; none when nothing compares it with any, or with
 * what is not known.
 */
function comparedWith(
  { expr, node: count, isCount }: CountAt,
  outside: readonly Limit[],
): readonly Limit[] | 'another count' {
  // What is compared on the way up in place of the count, and what of it grows as the count falls.
  let toCount = (value: number) => value;
  let isMirrored = false;
  const isNow = (before: (value: number) => number, falls = false) => {
    const inner = toCount;
    toCount = (value) => inner(before(value));
    if (falls) isMirrored = !isMirrored;
  };
  const ofCount = ({ operator, limit }: Limit): Limit => ({
    operator: isMirrored ? (mirrored[operator] ?? operator) : operator,
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
    if (parent.name !== 'BinaryExpr') continue;
    const parts = childrenOf(parent);
    const [left, operatorNode] = parts;
    const right = parts.at(-1);
    if (!left || !operatorNode || !right) return [];
    const isLeft = left.from === node.from && left.to === node.to;
    const other = isLeft ? right : left;
    const operator = expr.slice(operatorNode.from, operatorNode.to);
    const value = numberOf(expr, other);
    const word = operator.toLowerCase();
    if (word === 'or') continue;
    if (word === 'and' || word === 'unless') {
      if (isLeft) continue;
      return [];
    }
    if (value === undefined) {
      // A quotient of two counts is a share.
      if (![...walk(other)].some(isCount)) return [];
      if (operator === '/') return 'another count';
      // Of a sum of counts a single event of either decides.
      if (operator === '-' && !isLeft) isNow((sum) => -sum, true);
      if (operator === '+' || operator === '-') continue;
      return [];
    }
    if (comparisons.has(operator)) {
      return [ofCount({ operator: isLeft ? operator : (mirrored[operator] ?? operator), limit: value })];
    }
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
  const [name, body] = childrenOf(node);
  const [inner] = node.name === 'ParenExpr' && name ? [name] : body ? childrenOf(body) : [];
  const isVector = /^(?:vector|scalar)$/.test(functionOf(expr, node)) || node.name === 'ParenExpr';
  return constantOf(expr, node) ?? (isVector && inner ? numberOf(expr, inner) : undefined);
}

/**
 * Over how many milliseconds a node counts, else 0: a growing function over its range; `x - x offset 1h` over the offset;
 * `max_over_time(x[5m]) - min_over_time(x[5m])`, or either against `x`, over the range.
 */
function countedOver(expr: string, node: SyntaxNode): number {
  if (growing.has(functionOf(expr, node))) {
    const range = [...walk(node)].find(isRange);
    return range ? rangeMs(expr, range) : 0;
  }
  const [now, operator, before] = node.name === 'BinaryExpr' ? childrenOf(node) : [];
  if (operator?.name !== 'Sub' || !now || !before || aboutOf(expr, now) !== aboutOf(expr, before)) return 0;
  const ranges = rangesBelow(expr, node);
  if (ranges.some((range) => !extremes.has(range.function))) return 0;
  const apartMs = Math.abs(offsetOf(expr, before) - offsetOf(expr, now));
  return apartMs || Math.max(0, ...ranges.map(({ ms }) => ms));
}

/** What a node is about, whatever its parentheses, its offset, and which of the samples of a range it takes. */
function aboutOf(expr: string, node: SyntaxNode): string {
  const text = expr.slice(node.from, node.to);
  if (['Offset', 'OffsetDurationExpr', 'DurationExpr'].includes(node.name)) return '';
  if (node.name === 'FunctionIdentifier' && extremes.has(text)) return '';
  const parts = childrenOf(node);
  return parts.length === 0 ? ` ${text}` : parts.map((part) => aboutOf(expr, part)).join('');
}
