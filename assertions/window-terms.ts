import { type Comparison, type Condition, comparisonsOf, type Span } from '../core/condition.ts';
import { humanDuration } from '../core/duration.ts';
import type { FloorInputs } from '../core/floor-inputs.ts';
import type { FloorTerm } from '../core/record.ts';

/** What surrounds the comparisons: how often requests are hit, and how long there was healthy traffic before. */
type Traffic = Pick<FloorInputs, 'failingPerSecond' | 'errorRatio' | 'healthyHistoryMs' | 'scrapeMs'>;

/** A time with its bounds. */
interface Bounds {
  readonly source: string;
  readonly best: number;
  readonly mean: number;
  readonly worst: number;
  /** Whether it is known when the comparison becomes true and false, rather than that it does so in its window. */
  readonly known: boolean;
}

/**
 * How many standard deviations of chance the bounds allow for. A journey is hit by chance (each request with
 * probability e), so the time until m more requests are hit varies: mean m/λp, deviation √(m(1−e))/λp
 * (negative binomial). The other terms are uniform and never all at their ends at once, so 3 are plenty.
 */
const deviations = 3;

const chance = (more: number, { failingPerSecond, errorRatio = 1 }: Traffic) => {
  const mean = (1000 * more) / failingPerSecond;
  const spread = (1000 * deviations * Math.sqrt(more * (1 - errorRatio))) / failingPerSecond;
  // No request comes sooner than the next of the journey.
  return { best: Math.max(mean * errorRatio, mean - spread), mean, worst: mean + spread };
};

const conditionOf = (inputs: FloorInputs): Condition => inputs.condition ?? inputs;

/** Whether the rule can never be true: a share stays below its threshold, or a window is too short for the hits. */
export const isUnreachable = (inputs: FloorInputs): boolean => !isReachable(conditionOf(inputs), inputs);

function isReachable(condition: Condition, traffic: Traffic): boolean {
  if ('all' in condition) return condition.all.every((one) => isReachable(one, traffic));
  if ('any' in condition) return condition.any.some((one) => isReachable(one, traffic));
  if ('endsEarly' in condition) return isReachable(condition.endsEarly, traffic);
  if ('over' in condition) return isReachable(condition.over, traffic);
  if ('mean' in condition) return isReachable(condition.mean, traffic);
  const { failingPerSecond, errorRatio } = traffic;
  const { threshold, hitsNeeded, windowMs = 0, never = false } = condition;
  if (never) return false;
  if (hitsNeeded !== undefined && failingPerSecond <= 0) return false;
  if (hitsNeeded !== undefined) return (1000 * (hitsNeeded - 1)) / failingPerSecond <= windowMs;
  return threshold === undefined || errorRatio === undefined || errorRatio > threshold;
}

/** Whether a part of the rule looks at the latest sample only. */
export const looksAtLatest = (inputs: FloorInputs): boolean =>
  comparisonsOf(conditionOf(inputs)).some(({ windowMs }) => windowMs === undefined);

/** A window of which nothing is known but its length: full of the fault, or free of it, after W at the latest. */
const unknown = (windowMs: number, source = 'range window W, ratio unknown'): Bounds => ({
  source,
  best: 0,
  mean: windowMs / 2,
  worst: windowMs,
  known: false,
});
const none: Bounds = { source: 'no range window', best: 0, mean: 0, worst: 0, known: false };

/** Until the ratio over a window that is not yet full rises above θ; `undefined` for one that will be full. */
function freshMs({ windowMs = 0 }: Comparison, threshold: number, traffic: Traffic): number | undefined {
  const { errorRatio = 1, healthyHistoryMs } = traffic;
  if (healthyHistoryMs === undefined) return undefined;
  const ms = (healthyHistoryMs * threshold) / (errorRatio - threshold);
  return healthyHistoryMs + ms < windowMs ? ms : undefined;
}

/**
 * The time until the rule is true. Of several comparisons the last decides (`and`), or the first (`or`); of those that
 * are not understood nothing is known but that they are true once their window is full of the fault, if they ever are.
 */
export function detectionWindow(inputs: FloorInputs): FloorTerm {
  const { known: _, ...bounds } = detection(conditionOf(inputs), inputs);
  return { name: 'window', ...bounds };
}

function detection(condition: Condition, traffic: Traffic): Bounds {
  if ('endsEarly' in condition) return detection(condition.endsEarly, traffic);
  if ('over' in condition) return later(detection(condition.over, traffic), spansOf(condition).from);
  if ('mean' in condition) return later(detectionOf(meanOver(condition), traffic), lagOf(condition));
  if ('all' in condition) return last(condition.all.map((one) => detection(one, traffic)));
  if ('any' in condition) {
    const each = condition.any
      .filter((one) => isReachable(one, traffic))
      .map((one) => detection(one, traffic));
    return first(each);
  }
  return detectionOf(condition, traffic);
}

type Over = Extract<Condition, { readonly over: Condition }>;
type Mean = Extract<Condition, { readonly mean: Comparison }>;

/** How long after the inner condition has begun to hold, and after it has ended, what a range makes of it does. */
function spansOf({ needed, windowMs, stepMs }: Over): { readonly from: Span; readonly to: Span } {
  // The last point at which there was a value stays the last one until it lies before the range.
  if (needed === 'last') return { from: { least: 0, most: stepMs }, to: { least: 0, most: windowMs } };
  const { least, most } = needed;
  const left = (points: number) => Math.max(0, windowMs - points * stepMs);
  return {
    from: { least: (least - 1) * stepMs, most: most * stepMs },
    to: { least: left(most), most: left(least - 1) },
  };
}

/** A mean over a range of what looks back by itself lies between that over the range alone, and as much later. */
const meanOver = ({ mean, windowMs, stepMs }: Mean): Comparison => ({ ...mean, windowMs, stepMs });
const lagOf = ({ mean: { windowMs = 0 }, stepMs }: Mean): Span => ({ least: 0, most: windowMs + stepMs });

const later = ({ source, best, mean, worst, known }: Bounds, { least, most }: Span): Bounds => ({
  source: `${source}; a range around it: ${humanDuration(least)} to ${humanDuration(most)} more`,
  best: best + least,
  mean: mean + (least + most) / 2,
  worst: worst + most,
  known,
});

const named = (which: string, each: readonly Bounds[]) =>
  each.length === 1
    ? (each[0]?.source ?? '')
    : `the ${which} of: ${each.map(({ source }) => source).join('; ')}`;

const of = (each: readonly Bounds[], key: 'best' | 'mean' | 'worst') => each.map((one) => one[key]);

/** All of them have happened. One that is not known may have been so all along. */
const last = (each: readonly Bounds[]): Bounds => ({
  source: named('last', each),
  best: Math.max(0, ...of(each, 'best')),
  mean: Math.max(0, ...of(each, 'mean')),
  worst: Math.max(0, ...of(each, 'worst')),
  known: each.some(({ known }) => known),
});

/** One of them has happened. One that is not known may never. */
function first(each: readonly Bounds[]): Bounds {
  const sure = each.filter(({ known }) => known);
  const bounded = sure.length > 0;
  return {
    source: named('first', each),
    best: Math.min(...of(each, 'best')),
    mean: bounded ? Math.min(...of(each, 'mean')) : Math.max(...of(each, 'mean')),
    worst: bounded ? Math.min(...of(sure, 'worst')) : Math.max(...of(each, 'worst')),
    known: bounded,
  };
}

/**
 * How long the ratio over the window needs to rise above θ, from the first hit on: T = θ·W/e, or
 * H·θ/(e−θ) while only H < W of healthy history is in the window. In T, λp·T requests are hit; the ratio is
 * above θ with the first one more. The clock starts with the first hit, which is why the wait for it, 1/(λp)
 * in the formula, is no part of this, and why the term is 0 when one hit is enough (θ·λ·W < 1).
 *
 * The samples in a window of W cover W − S only, and `rate()` extrapolates the total to the window's edges but
 * a counter that was 0 not below 0. Either shifts what is compared to θ by S/W at most, and only for an
 * evaluation that came late by as much: the bounds of the sum are those of the full window. A number of requests
 * has nothing to cancel that out: it may be above its threshold sooner by that share.
 *
 * Without a ratio nothing is known but that the window is full of the fault after W.
 */
function detectionOf(comparison: Comparison, traffic: Traffic): Bounds {
  const { windowMs, threshold, thresholdUpTo = threshold, hitsNeeded, absolute = false } = comparison;
  if (windowMs === undefined) return none;
  if (hitsNeeded !== undefined) {
    const source = `θ·W: ${hitsNeeded - 1} more hits after the first`;
    return { source, ...chance(hitsNeeded - 1, traffic), known: true };
  }
  const { errorRatio, failingPerSecond } = traffic;
  if (threshold === undefined || thresholdUpTo === undefined || errorRatio === undefined)
    return unknown(windowMs);
  const hitsAt = (ratio: number) => {
    const lengthMs = freshMs(comparison, ratio, traffic) ?? (ratio * windowMs) / errorRatio;
    return Math.floor((failingPerSecond * lengthMs) / 1000);
  };
  const fresh = freshMs(comparison, threshold, traffic) !== undefined;
  const more = hitsAt(threshold);
  const soonest = chance(absolute ? hitsAt(threshold * observedShare(comparison, traffic)) : more, traffic);
  // A number of requests over a window that is not full is that over the whole window.
  const full = Math.floor((failingPerSecond * thresholdUpTo * windowMs) / errorRatio / 1000);
  const latest = chance(absolute ? full : hitsAt(Math.min(thresholdUpTo, errorRatio)), traffic);
  const upTo = thresholdUpTo > threshold ? ', or more' : '';
  return {
    source: `${fresh ? 'H·θ/(e−θ)' : 'θ·W/e'} after the first hit: ${more} more hits${upTo}, W ${humanDuration(windowMs)}`,
    best: soonest.best,
    mean: (chance(more, traffic).mean + latest.mean) / 2,
    // A number of requests may cross its threshold back and forth until its window is full.
    worst: absolute
      ? Math.max(windowMs, latest.worst)
      : Math.min(latest.worst, Math.max(windowMs, chance(more, traffic).worst)),
    known: true,
  };
}

/** The part of a window that its samples cover at least. */
const observedShare = ({ windowMs = 0, stepMs }: Comparison, { scrapeMs }: Traffic) =>
  windowMs > 0 ? Math.max(0, 1 - (stepMs ?? scrapeMs) / windowMs) : 1;

/** The time until the rule is false again, after the last hit: of several comparisons, the other way round. */
export function resetWindow(inputs: FloorInputs): FloorTerm {
  const { known: _, ...bounds } = reset(conditionOf(inputs), inputs);
  return { name: 'window', ...bounds };
}

function reset(condition: Condition, traffic: Traffic): Bounds {
  if ('endsEarly' in condition) {
    const { source, mean, worst } = reset(condition.endsEarly, traffic);
    return { source: `${source}, or sooner by \`unless\``, best: 0, mean: mean / 2, worst, known: false };
  }
  if ('over' in condition) return later(reset(condition.over, traffic), spansOf(condition).to);
  if ('mean' in condition) return later(resetOf(meanOver(condition), traffic), lagOf(condition));
  if ('all' in condition) return first(condition.all.map((one) => reset(one, traffic)));
  if ('any' in condition) {
    const each = condition.any.filter((one) => isReachable(one, traffic)).map((one) => reset(one, traffic));
    return last(each);
  }
  return resetOf(condition, traffic);
}

/**
 * How long after the last hit the ratio needs to fall to θ: W(1−θ/e). `rate()` counts from the first sample
 * inside the window, which lies up to one S after the window's left edge: that much sooner the last hits are
 * out of sight, and of the W − S that the samples cover θ is taken. Scraping therefore adds nothing here: it
 * shortens, and is part of this term.
 */
function resetOf(comparison: Comparison, traffic: Traffic): Bounds {
  const { windowMs, threshold, thresholdUpTo = threshold, hitsNeeded, absolute = false } = comparison;
  if (windowMs === undefined) return none;
  if (hitsNeeded !== undefined) {
    // One hit less than is needed may stay in the window.
    const kept = chance(Math.max(0, hitsNeeded - 2), traffic);
    const left = (keptMs: number) => Math.max(0, windowMs - keptMs);
    return {
      source: 'W less the time of the hits that may stay',
      best: left(kept.worst),
      mean: left(kept.mean),
      worst: left(kept.best),
      known: true,
    };
  }
  const { errorRatio, failingPerSecond } = traffic;
  if (threshold === undefined || thresholdUpTo === undefined || errorRatio === undefined)
    return unknown(windowMs);
  if (freshMs(comparison, threshold, traffic) !== undefined) {
    return unknown(windowMs, 'range window W, not full: as long as the fault needs to thin out');
  }
  const edgeMs = comparison.stepMs ?? traffic.scrapeMs;
  const covered = Math.max(windowMs - edgeMs, 0);
  // So many of the last hits may stay in the window.
  const keptAt = (ratio: number) =>
    chance(Math.floor((failingPerSecond * ratio * covered) / errorRatio / 1000), traffic);
  const left = (edge: number, keptMs: number) => Math.max(0, windowMs - edge - keptMs);
  // What is extrapolated may keep a number of requests above its threshold to the end of the window.
  const lowest = absolute ? { best: 0 } : keptAt(threshold);
  const highest = keptAt(Math.min(thresholdUpTo, errorRatio));
  return {
    source: `W(1−θ/e), W ${humanDuration(windowMs)}, up to one scrape interval shorter`,
    best: left(edgeMs, highest.worst),
    mean: left(edgeMs / 2, (keptAt(threshold).mean + highest.mean) / 2),
    worst: left(0, lowest.best),
    known: true,
  };
}
