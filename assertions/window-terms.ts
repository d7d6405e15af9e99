import { humanDuration } from '../core/duration.ts';
import {
  comparisonsOf,
  type FloorComparison,
  type FloorCondition,
  type Span,
} from '../core/floor-condition.ts';
import type { FloorInputs } from '../core/floor-inputs.ts';
import type { FloorTerm } from '../core/record.ts';

/** Traffic on which the comparisons depend: how often requests are hit, and how long healthy traffic ran before. */
type Traffic = Pick<
  FloorInputs,
  'failingPerSecond' | 'errorRatio' | 'pastErrorRatio' | 'healthyHistoryMs' | 'scrapeMs' | 'heldMs'
>;

/** A time in milliseconds with its bounds. */
interface Bounds {
  readonly source: string;
  readonly best: number;
  readonly mean: number;
  readonly worst: number;
  /** Whether the time follows from the comparison. Otherwise only the length of the window is known. */
  readonly known: boolean;
}

/**
 * The number of standard deviations that the bounds allow for. Requests of a journey are hit at random, each with
 * probability e, so the time until m more requests are hit varies: mean m/λp, standard deviation √(m(1−e))/λp (negative
 * binomial). 3 suffice, because the other terms are uniform and do not all reach their bounds at once.
 */
const deviations = 3;

const waitForHits = (more: number, { failingPerSecond, errorRatio = 1 }: Traffic) => {
  const mean = (1000 * more) / failingPerSecond;
  const spread = (1000 * deviations * Math.sqrt(more * (1 - errorRatio))) / failingPerSecond;
  // If every request is hit, m requests still need m intervals of the journey.
  return { best: Math.max(mean * errorRatio, mean - spread), mean, worst: mean + spread };
};

const conditionOf = (inputs: FloorInputs): FloorCondition => inputs.condition ?? inputs;

/** Whether the rule can never be true, because a ratio stays below its threshold or a window is too short for the hits. */
export const isUnreachable = (inputs: FloorInputs): boolean => !isReachable(conditionOf(inputs), inputs);

function isReachable(condition: FloorCondition, traffic: Traffic): boolean {
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

/** Whether a part of the rule reads only the latest sample. */
export const looksAtLatest = (inputs: FloorInputs): boolean =>
  comparisonsOf(conditionOf(inputs)).some(({ windowMs }) => windowMs === undefined);

/** Bounds for a comparison of which only the window W is known: it changes within W. */
const unknownInWindow = (windowMs: number, source = 'range window W, ratio unknown'): Bounds => ({
  source,
  best: 0,
  mean: windowMs / 2,
  worst: windowMs,
  known: false,
});
const noWindow: Bounds = { source: 'no range window', best: 0, mean: 0, worst: 0, known: false };

/** Time until the ratio over a window that is not yet full rises above θ; `undefined` if the window fills up before. */
function partialWindowMs(
  { windowMs = 0 }: FloorComparison,
  threshold: number,
  traffic: Traffic,
): number | undefined {
  const { errorRatio = 1, pastErrorRatio = 0, healthyHistoryMs } = traffic;
  if (healthyHistoryMs === undefined) return undefined;
  const ms = (healthyHistoryMs * Math.max(0, threshold - pastErrorRatio)) / (errorRatio - threshold);
  return healthyHistoryMs + ms < windowMs ? ms : undefined;
}

/**
 * Returns the time until the rule is true. With `and`, the last comparison to become true decides; with `or`, the first. A
 * comparison that is not understood is true, if ever, when its window contains only the time of the fault.
 */
export function detectionWindow(inputs: FloorInputs): FloorTerm {
  const { known: _, ...bounds } = detection(conditionOf(inputs), inputs);
  return { name: 'window', ...bounds };
}

function detection(condition: FloorCondition, traffic: Traffic): Bounds {
  if ('endsEarly' in condition) return detection(condition.endsEarly, traffic);
  if ('over' in condition) return delayedBy(detection(condition.over, traffic), spansOf(condition).from);
  if ('mean' in condition) return delayedBy(detectionOf(meanOver(condition), traffic), lagOf(condition));
  if ('all' in condition) return lastChange(condition.all.map((one) => detection(one, traffic)));
  if ('any' in condition) {
    const each = condition.any
      .filter((one) => isReachable(one, traffic))
      .map((one) => detection(one, traffic));
    return firstChange(each);
  }
  return detectionOf(condition, traffic);
}

type Over = Extract<FloorCondition, { readonly over: FloorCondition }>;
type Mean = Extract<FloorCondition, { readonly mean: FloorComparison }>;

/** How long after the inner condition starts and stops holding the range over it does. Milliseconds. */
function spansOf({ needed, windowMs, stepMs }: Over): { readonly from: Span; readonly to: Span } {
  // `last_over_time` keeps the last value until it lies before the range.
  if (needed === 'last') return { from: { least: 0, most: stepMs }, to: { least: 0, most: windowMs } };
  const { least, most } = needed;
  const left = (points: number) => Math.max(0, windowMs - points * stepMs);
  return {
    from: { least: (least - 1) * stepMs, most: most * stepMs },
    to: { least: left(most), most: left(least - 1) },
  };
}

/** The comparison of a mean, as if it had only the outer range. Its own window delays the change by up to `lagOf`. */
const meanOver = ({ mean, windowMs, stepMs }: Mean): FloorComparison => ({ ...mean, windowMs, stepMs });
const lagOf = ({ mean: { windowMs = 0 }, stepMs }: Mean): Span => ({ least: 0, most: windowMs + stepMs });

const delayedBy = ({ source, best, mean, worst, known }: Bounds, { least, most }: Span): Bounds => ({
  source: `${source}; a range around it: ${humanDuration(least)} to ${humanDuration(most)} more`,
  best: best + least,
  mean: mean + (least + most) / 2,
  worst: worst + most,
  known,
});

const sourceOf = (which: string, each: readonly Bounds[]) =>
  each.length === 1
    ? (each[0]?.source ?? '')
    : `the ${which} of: ${each.map(({ source }) => source).join('; ')}`;

const valuesOf = (each: readonly Bounds[], key: 'best' | 'mean' | 'worst') => each.map((one) => one[key]);

/** When all comparisons have changed. An unknown one may have been in that state from the start. */
const lastChange = (each: readonly Bounds[]): Bounds => ({
  source: sourceOf('last', each),
  best: Math.max(0, ...valuesOf(each, 'best')),
  mean: Math.max(0, ...valuesOf(each, 'mean')),
  worst: Math.max(0, ...valuesOf(each, 'worst')),
  known: each.some(({ known }) => known),
});

/** When any comparison has changed. An unknown one may never change. */
function firstChange(each: readonly Bounds[]): Bounds {
  const sure = each.filter(({ known }) => known);
  const bounded = sure.length > 0;
  return {
    source: sourceOf('first', each),
    best: Math.min(...valuesOf(each, 'best')),
    mean: bounded ? Math.min(...valuesOf(each, 'mean')) : Math.max(...valuesOf(each, 'mean')),
    worst: bounded ? Math.min(...valuesOf(sure, 'worst')) : Math.max(...valuesOf(each, 'worst')),
    known: bounded,
  };
}

/**
 * Returns how long the ratio over the window needs to rise above θ after the first hit: T = θ·W/e, or H·θ/(e−θ) while the
 * window contains only H < W of healthy history. If a share B of the history failed, T = (θ−B)·W/(e−B), or H·(θ−B)/(e−θ).
 * In T, λp·T requests are hit; one more hit raises the ratio above θ. The time counts from the first hit, so the wait for it, 1/(λp), is not included, and the term is 0 when one hit is enough
 * (θ·λ·W < 1).
 *
 * The samples in a window W cover only W − S. `rate()` extrapolates to the edges of the window, but not below 0 for a new
 * counter. Either changes the compared value by at most S/W, and only for an evaluation that is late by the same time, so
 * the bounds of the sum are those of the full window. For a number of requests nothing cancels this out: it may exceed its
 * threshold earlier by that share.
 *
 * Without a ratio, only the length of the window is known.
 */
function detectionOf(comparison: FloorComparison, traffic: Traffic): Bounds {
  const { windowMs, threshold, thresholdUpTo = threshold, hitsNeeded, absolute = false } = comparison;
  const { risesForMs } = comparison;
  if (risesForMs !== undefined) {
    const source = 'the gauge rises to its threshold; no pace divides this time';
    return { source, best: risesForMs, mean: risesForMs, worst: risesForMs, known: true };
  }
  if (windowMs === undefined) return noWindow;
  if (hitsNeeded !== undefined) {
    const source = `θ·W: ${hitsNeeded - 1} more hits after the first`;
    return { source, ...waitForHits(hitsNeeded - 1, traffic), known: true };
  }
  const { errorRatio, pastErrorRatio = 0, failingPerSecond } = traffic;
  if (threshold === undefined || thresholdUpTo === undefined || errorRatio === undefined)
    return unknownInWindow(windowMs);
  const hitsAt = (ratio: number) => {
    const lengthMs =
      partialWindowMs(comparison, ratio, traffic) ??
      (Math.max(0, ratio - pastErrorRatio) * windowMs) / (errorRatio - pastErrorRatio);
    return Math.floor((failingPerSecond * lengthMs) / 1000);
  };
  const fresh = partialWindowMs(comparison, threshold, traffic) !== undefined;
  const more = hitsAt(threshold);
  const soonest = waitForHits(
    absolute ? hitsAt(threshold * observedShare(comparison, traffic)) : more,
    traffic,
  );
  // A number of requests counts over the whole window, even if the window is not full.
  const full = Math.floor((failingPerSecond * thresholdUpTo * windowMs) / errorRatio / 1000);
  const latest = waitForHits(absolute ? full : hitsAt(Math.min(thresholdUpTo, errorRatio)), traffic);
  const upTo = thresholdUpTo > threshold ? ', or more' : '';
  return {
    source: `${windowFormula(fresh, pastErrorRatio)} after the first hit: ${more} more hits${upTo}, W ${humanDuration(windowMs)}`,
    best: soonest.best,
    mean: (waitForHits(more, traffic).mean + latest.mean) / 2,
    // A number of requests may cross its threshold repeatedly until the window is full, unless a full window has far more.
    worst: absolute
      ? Math.max(isFarAbove(comparison, traffic) ? 0 : windowMs, latest.worst)
      : Math.min(latest.worst, Math.max(windowMs, waitForHits(more, traffic).worst)),
    known: true,
  };
}

const windowFormula = (fresh: boolean, pastErrorRatio: number): string => {
  if (pastErrorRatio > 0) return fresh ? 'H·(θ−B)/(e−θ)' : '(θ−B)·W/(e−B)';
  return fresh ? 'H·θ/(e−θ)' : 'θ·W/e';
};
/** Whether a full window has more hits than needed also by chance, and in the part of it that its samples cover. */
function isFarAbove(comparison: FloorComparison, traffic: Traffic): boolean {
  const { windowMs = 0, threshold = 0, thresholdUpTo = threshold } = comparison;
  const { failingPerSecond, errorRatio = 1 } = traffic;
  const inWindow = (failingPerSecond * windowMs) / 1000;
  const seen = inWindow * observedShare(comparison, traffic);
  return seen - deviations * Math.sqrt(seen) > (inWindow * thresholdUpTo) / errorRatio;
}

/** The smallest share of a window that its samples cover. */
const observedShare = ({ windowMs = 0, stepMs }: FloorComparison, { scrapeMs }: Traffic) =>
  windowMs > 0 ? Math.max(0, 1 - (stepMs ?? scrapeMs) / windowMs) : 1;

/** Returns the time from the last hit until the rule is false. With `and`, the first comparison decides; with `or`, the last. */
export function resetWindow(inputs: FloorInputs): FloorTerm {
  const { known: _, ...bounds } = reset(conditionOf(inputs), inputs);
  return { name: 'window', ...bounds };
}

function reset(condition: FloorCondition, traffic: Traffic): Bounds {
  if ('endsEarly' in condition) {
    const { source, mean, worst } = reset(condition.endsEarly, traffic);
    return { source: `${source}, or sooner by \`unless\``, best: 0, mean: mean / 2, worst, known: false };
  }
  if ('over' in condition) return delayedBy(reset(condition.over, traffic), spansOf(condition).to);
  if ('mean' in condition) return delayedBy(resetOf(meanOver(condition), traffic), lagOf(condition));
  if ('all' in condition) return firstChange(condition.all.map((one) => reset(one, traffic)));
  if ('any' in condition) {
    const each = condition.any.filter((one) => isReachable(one, traffic)).map((one) => reset(one, traffic));
    return lastChange(each);
  }
  return resetOf(condition, traffic);
}

/**
 * Returns how long the ratio needs to fall to θ after the last hit: W(1−θ/e). `rate()` counts from the first sample in the
 * window, which lies up to one S after the window's left edge. The last hits thus leave the window up to S earlier, and θ
 * applies to the W − S that the samples cover. Scraping therefore shortens this term and adds no term of its own. A fault
 * that was shorter than the window did not fill it, and the ratio falls sooner.
 */
function resetOf(comparison: FloorComparison, traffic: Traffic): Bounds {
  const { windowMs, threshold, thresholdUpTo = threshold, hitsNeeded, absolute = false } = comparison;
  if (windowMs === undefined) return noWindow;
  if (hitsNeeded !== undefined) {
    // One hit fewer than needed may still be in the window.
    const kept = waitForHits(Math.max(0, hitsNeeded - 2), traffic);
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
    return unknownInWindow(windowMs);
  if (partialWindowMs(comparison, threshold, traffic) !== undefined) {
    return unknownInWindow(windowMs, 'range window W, not full: as long as the fault needs to thin out');
  }
  const edgeMs = comparison.stepMs ?? traffic.scrapeMs;
  const covered = Math.max(windowMs - edgeMs, 0);
  // The time that the last hits cover which may still be in the window.
  const keptAt = (ratio: number) =>
    waitForHits(Math.floor((failingPerSecond * ratio * covered) / errorRatio / 1000), traffic);
  const left = (edge: number, keptMs: number) => Math.max(0, windowMs - edge - keptMs);
  const isFull = traffic.heldMs === undefined || traffic.heldMs >= windowMs;
  // Extrapolation may keep a number of requests above its threshold until the end of the window.
  const lowest = absolute ? { best: 0 } : keptAt(threshold);
  const highest = keptAt(Math.min(thresholdUpTo, errorRatio));
  return {
    source: `W(1−θ/e), W ${humanDuration(windowMs)}, up to one scrape interval shorter${isFull ? '' : ', or sooner, because the fault does not fill the window'}`,
    best: isFull ? left(edgeMs, highest.worst) : 0,
    mean: left(edgeMs / 2, (keptAt(threshold).mean + highest.mean) / 2) / (isFull ? 1 : 2),
    worst: left(0, lowest.best),
    known: true,
  };
}
