import type { SyntaxNode } from '@lezer/common';
import { satisfies } from '../../configuration/routes/route-matcher.ts';
import type { LogRange } from '../../configuration/rules/rule.ts';
import type { FloorComparison, FloorCondition } from '../../core/floor-condition.ts';
import { labelsKept } from '../../core/promql/labels-kept.ts';
import { lengthMs } from '../../core/promql/longest-window.ts';
import { bindOffsets, parsePromql } from '../../core/promql/parse.ts';
import { lookBack, type Range, rangesBelow } from '../../core/promql/ranges-below.ts';
import { selectorOf } from '../../core/promql/selectors-of.ts';
import { type SetExpression, splitAtSetOperators } from '../../core/promql/set-operations.ts';
import { type KnownValues, type Series, UnknownValue, vectorValue } from '../../core/promql/value.ts';
import { childrenOf, walk } from '../../core/syntax-tree.ts';
import type { SystemCounts, SystemQueue, Traffic } from '../../systems/known-system.ts';
import { type Counts, countsOf } from './counts.ts';
import { type OverRange, overRange } from './over-range.ts';

/*
 * What has to happen for an expression to have a result. Each part of it between `and`, `or` and `unless` is reckoned
 * by what the system counts: the share of its window that must be under the fault. So it does not matter how a threshold
 * is written: as a share, in percent, on either side, of failures or of successes. A part that is not understood keeps
 * the length of its window.
 */

export interface Read {
  /** Absent: which share of the requests fails is not known. */
  readonly traffic?: Traffic;
  /** Absent: what the system counts is not known. */
  readonly counts?: SystemCounts;
  /** How far samples are apart. */
  readonly scrapeMs: number;
  /** How far the points of a subquery are apart that does not say. */
  readonly evaluationMs: number;
  readonly logs: ReadonlyMap<string, LogRange>;
  /** A queue of the system from which nobody takes, and how many join it per second. Absent: none grows. */
  readonly growing?: { readonly queue: SystemQueue; readonly perSecond: number };
  /** What a range reads whose offset is longer is never under the fault. Milliseconds; absent: any offset may be. */
  readonly farOffsetMs?: number;
}

/** The outcome of a part that does not depend on the fault. */
type Settled = 'always' | 'never';

/** @returns `never` for an expression that cannot have a result; one that always has looks at nothing. */
export function conditionOf(written: string, read: Read): FloorCondition {
  const expr = bindOffsets(written);
  const condition = joined(expr, splitAtSetOperators(parsePromql(expr)), read);
  if (condition === 'always') return {};
  return condition === 'never' ? { never: true } : condition;
}

function joined(expr: string, part: SetExpression, read: Read): FloorCondition | Settled {
  if (part.kind === 'test') return test(expr, part.node, read);
  const [left, right] = [joined(expr, part.left, read), joined(expr, part.right, read)];
  if (part.kind === 'unless') {
    if (left === 'never' || right === 'always') return 'never';
    if (right === 'never') return left;
    return { endsEarly: left === 'always' ? {} : left };
  }
  const decides = part.kind === 'and' ? 'never' : 'always';
  if (left === decides || right === decides) return decides;
  // What is settled the other way leaves it to the other side.
  if (typeof left === 'string') return right;
  if (typeof right === 'string') return left;
  return part.kind === 'and' ? { all: [left, right] } : { any: [left, right] };
}

/** Functions that have no value unless there are two samples in their range. */
const ofTwoSamples = new Set(['rate', 'increase', 'irate', 'idelta', 'delta', 'deriv', 'predict_linear']);

function test(expr: string, node: SyntaxNode, read: Read): FloorCondition | Settled {
  const ranges = rangesBelow(expr, node);
  const tooShort = ({ ms, stepMs = read.scrapeMs, function: name }: Range) =>
    ofTwoSamples.has(name) && ms < 2 * stepMs;
  if (ranges.some(tooShort) || losesBuckets(expr, node)) return 'never';
  const range = overRange(expr, node, read.evaluationMs);
  const over = range && overPoints(range, read);
  if (over) return over;
  try {
    return (
      logsOf(expr, node, read) ?? queueOf(expr, node, ranges, read) ?? sharesOf(expr, node, ranges, read)
    );
  } catch (error) {
    if (!(error instanceof UnknownValue)) throw error;
    const logs = logsIn(expr, node, read).map(({ windowMs }) => windowMs);
    const windowMs = lookBack(expr, node) + Math.max(0, ...logs);
    return windowMs > 0 ? { windowMs } : {};
  }
}

/** Whether a quantile is of buckets whose aggregation drops the label `le`. Native histograms have no such label. */
const losesBuckets = (expr: string, node: SyntaxNode): boolean =>
  [...walk(node)].some((call) => {
    const [name, body] = call.name === 'FunctionCall' ? childrenOf(call) : [];
    if (!name || !body || expr.slice(name.from, name.to) !== 'histogram_quantile') return false;
    const buckets = childrenOf(body).at(-1);
    return (
      buckets !== undefined &&
      metricsIn(expr, buckets).every((metric) => metric.endsWith('_bucket')) &&
      !labelsKept(expr, buckets, 'le')
    );
  });

/** @returns `undefined` for a mean of what is not known. */
function overPoints(
  { text, needed, ...points }: OverRange,
  read: Read,
): FloorCondition | Settled | undefined {
  const over = joined(text, splitAtSetOperators(parsePromql(text)), read);
  if (typeof over === 'string') return over;
  if (needed !== 'mean') {
    const isShort = needed !== 'last' && needed.least * points.stepMs > points.windowMs;
    return isShort ? 'never' : { over, needed, ...points };
  }
  return 'threshold' in over && over.threshold !== undefined ? { mean: over, ...points } : undefined;
}

const metricsIn = (expr: string, node: SyntaxNode): string[] =>
  [...walk(node)]
    .filter(({ name }) => name === 'VectorSelector')
    .map((selector) => selectorOf(expr, selector).metric);

const logsIn = (expr: string, node: SyntaxNode, { logs }: Read): LogRange[] =>
  [...new Set(metricsIn(expr, node))].flatMap((metric) => logs.get(metric) ?? []);

const oneStream: Series = { labels: {} };

/** More lines than any drill has. */
const mostHits = 1_000_000;
/** Numbers of lines at which to try a comparison that does not hold for `mostHits`. */
const someHits = Array.from({ length: 100 }, (_, i) => (i < 80 ? i + 1 : 2 ** (i - 73)));

/** A comparison of log lines: how many it takes. `undefined` for a part that reads none. */
function logsOf(expr: string, node: SyntaxNode, read: Read): FloorComparison | Settled | undefined {
  const ranges = logsIn(expr, node, read);
  const [range] = ranges;
  if (!range) return undefined;
  const { windowMs, per } = range;
  if (ranges.length > 1 || per === 'unknown') throw new UnknownValue();
  const holds = (lines: number) => {
    const known: KnownValues = {
      rate: unknown,
      latest({ metric }) {
        if (!read.logs.has(metric)) return unknown();
        // Without lines there is no series.
        if (lines === 0) return undefined;
        return per === 'count' ? lines : (lines * 1000) / windowMs;
      },
      seconds: () => windowMs / 1000,
      // All lines are supposed to be of one stream.
      series: () => [oneStream],
      isAlike: () => true,
      instances: () => 1,
    };
    return vectorValue(expr, node, known) !== undefined;
  };
  if (holds(0)) return holds(mostHits) ? 'always' : unknown();
  if (!holds(mostHits)) return someHits.some(holds) ? unknown() : 'never';
  let [below, above] = [0, mostHits];
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    if (holds(middle)) above = middle;
    else below = middle;
  }
  return { windowMs, hitsNeeded: above };
}

/** Longer than any drill. */
const longestRiseMs = 3_600_000;

/** A comparison of the gauges of a queue that grows. `undefined` for a part that reads none. */
function queueOf(
  expr: string,
  node: SyntaxNode,
  ranges: readonly Range[],
  { growing }: Read,
): FloorComparison | Settled | undefined {
  if (growing === undefined || ranges.length > 0) return undefined;
  const { queue, perSecond } = growing;
  if (!metricsIn(expr, node).every((metric) => queue.gauge(metric) !== undefined)) return undefined;
  const holds = (afterMs: number) => {
    const known: KnownValues = {
      rate: unknown,
      latest: ({ metric, matchers }) => {
        // A service that does no work exports nothing: its gauges stay as they were.
        const isTold = matchers.every(
          (matcher) => matcher.label !== 'job' || satisfies({ job: queue.job }, matcher),
        );
        return (isTold ? queue.gauge(metric)?.(perSecond, afterMs / 1000) : 0) ?? unknown();
      },
      seconds: unknown,
      series: () => [oneStream],
      isAlike: () => true,
      instances: () => 1,
    };
    return vectorValue(expr, node, known) !== undefined;
  };
  if (holds(0)) return holds(longestRiseMs) ? 'always' : unknown();
  if (!holds(longestRiseMs)) return 'never';
  let [below, above] = [0, longestRiseMs];
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    if (holds(middle)) above = middle;
    else below = middle;
  }
  return { risesForMs: above };
}

const unknown = (): never => {
  throw new UnknownValue();
};

function sharesOf(
  expr: string,
  node: SyntaxNode,
  ranges: readonly Range[],
  { traffic, counts: system, farOffsetMs = Number.POSITIVE_INFINITY }: Read,
): FloorComparison | Settled {
  const present = ranges.filter(({ offsetMs }) => offsetMs === 0);
  const past = ranges.filter(({ offsetMs }) => offsetMs !== 0);
  const windows = new Set(present.map(({ ms }) => ms));
  const [windowMs = 0] = windows;
  // Until the window is full of the fault, a range with a longer offset shows the time before it.
  const isBefore = past.every(({ offsetMs }) => offsetMs >= windowMs);
  if (windows.size > 1 || !traffic || !isBefore) throw new UnknownValue();
  const holds = (share: number, { rises, ...counts }: Counts, scale: number) => {
    const known: KnownValues = {
      ...counts,
      rate: (selector, taken) => {
        const found = rises(selector, taken);
        if (!found || taken.offsetMs !== undefined) return found && scale * found.before;
        return scale * (found.before * (1 - share) + found.during * share);
      },
      latest: unknown,
      seconds: (range) => {
        const window = range.getChild('DurationExpr');
        return window ? lengthMs(expr, window) / 1000 : unknown();
      },
    };
    return vectorValue(expr, node, known) !== undefined;
  };
  const counts = countsOf(traffic, system);
  const at = (scale: number) => counts.map((count) => turn((share) => holds(share, count, scale)));
  const turns = at(1);
  const [first] = turns;
  if (first !== undefined && typeof first === 'string' && turns.every((one) => one === first)) {
    // The fault may reach the past that the comparison reads.
    if (past.some(({ offsetMs }) => offsetMs <= farOffsetMs)) throw new UnknownValue();
    return first;
  }
  if (turns.includes('always') || windowMs === 0) throw new UnknownValue();
  const shares = turns.filter((one) => typeof one === 'number');
  const least = Math.min(...shares);
  const most = shares.length < turns.length ? 1 : Math.max(...shares);
  const [halved] = at(0.5);
  const steps = present.flatMap(({ stepMs }) => stepMs ?? []);
  return {
    windowMs,
    threshold: least * traffic.errorRatio,
    ...(most > least ? { thresholdUpTo: most * traffic.errorRatio } : {}),
    ...(Math.abs(Number(halved) - Number(first)) < 1e-6 ? {} : { absolute: true }),
    ...(steps.length > 0 ? { stepMs: Math.max(...steps) } : {}),
  };
}

/** In how many steps a share is tried before it is narrowed down. */
const tries = 32;

/** From which share on a condition holds, of shares from 0 to 1. */
function turn(holds: (share: number) => boolean): number | Settled {
  const looks = Array.from({ length: tries + 1 }, (_, i) => holds(i / tries));
  const first = looks.indexOf(true);
  if (first === -1) return 'never';
  // What ends again while the window fills is more than one threshold.
  if (looks.slice(first).includes(false)) throw new UnknownValue();
  if (first === 0) return 'always';
  let [below, above] = [(first - 1) / tries, first / tries];
  for (let i = 0; i < 40; i++) {
    const middle = (below + above) / 2;
    if (holds(middle)) above = middle;
    else below = middle;
  }
  // As it is written: 0.1, not what is left of it after the search.
  return Number(below.toPrecision(10));
}
