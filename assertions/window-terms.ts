import type { FloorTerm } from '../core/record.ts';
import type { FloorInputs } from './floor.ts';

/**
 * How many standard deviations of chance the bounds allow for. A journey is hit by chance (each request with
 * probability e), so the time until m more requests are hit varies: mean m/λp, deviation √(m(1−e))/λp
 * (negative binomial). The other terms are uniform and never all at their ends at once, so 3 are plenty.
 */
const deviations = 3;

const chance = (more: number, { failingPerSecond, errorRatio = 1 }: FloorInputs) => {
  const mean = (1000 * more) / failingPerSecond;
  const spread = (1000 * deviations * Math.sqrt(more * (1 - errorRatio))) / failingPerSecond;
  // No request comes sooner than the next of the journey.
  return { best: Math.max(mean * errorRatio, mean - spread), mean, worst: mean + spread };
};

/** Whether the rule can never be true: the ratio stays below its threshold, or the window is too short for the hits. */
export function isUnreachable(inputs: FloorInputs): boolean {
  const { threshold, errorRatio, hitsNeeded, windowMs = 0, failingPerSecond } = inputs;
  if (hitsNeeded !== undefined && failingPerSecond <= 0) return true;
  if (hitsNeeded !== undefined) return (1000 * (hitsNeeded - 1)) / failingPerSecond > windowMs;
  return threshold !== undefined && errorRatio !== undefined && errorRatio <= threshold;
}

/** A window of which nothing is known but its length: full of the fault, or free of it, after W at the latest. */
const unknown = (windowMs: number): FloorTerm => ({
  name: 'window',
  source: 'range window W, ratio unknown',
  best: 0,
  mean: windowMs / 2,
  worst: windowMs,
});
const none: FloorTerm = { name: 'window', source: 'no range window', best: 0, mean: 0, worst: 0 };

/** Until the ratio over a window that is not yet full rises above θ; `undefined` for one that will be full. */
function freshMs({ windowMs = 0, threshold = 0, errorRatio = 1, healthyHistoryMs }: FloorInputs) {
  if (healthyHistoryMs === undefined) return undefined;
  const ms = (healthyHistoryMs * threshold) / (errorRatio - threshold);
  return healthyHistoryMs + ms < windowMs ? ms : undefined;
}

/**
 * How long the ratio over the window needs to rise above θ, from the first hit on: T = θ·W/e, or
 * H·θ/(e−θ) while only H < W of healthy history is in the window. In T, λp·T requests are hit; the ratio is
 * above θ with the first one more. The clock starts with the first hit, which is why the wait for it, 1/(λp)
 * in the formula, is no part of this, and why the term is 0 when one hit is enough (θ·λ·W < 1).
 *
 * The samples in a window of W cover W − S only, and `rate()` extrapolates the total to the window's edges but
 * a counter that was 0 not below 0. Either shifts what is compared to θ by S/W at most, and only for an
 * evaluation that came late by as much: the bounds of the sum are those of the full window.
 *
 * Without a ratio nothing is known but that the window is full of the fault after W.
 */
export function detectionWindow(inputs: FloorInputs): FloorTerm {
  const { windowMs, threshold, errorRatio, hitsNeeded } = inputs;
  if (windowMs === undefined) return none;
  if (hitsNeeded !== undefined) {
    const source = `θ·W: ${hitsNeeded - 1} more hits after the first`;
    return { name: 'window', source, ...chance(hitsNeeded - 1, inputs) };
  }
  if (threshold === undefined || errorRatio === undefined) return unknown(windowMs);
  const fresh = freshMs(inputs);
  const lengthMs = fresh ?? (threshold * windowMs) / errorRatio;
  const more = Math.floor((inputs.failingPerSecond * lengthMs) / 1000);
  const formula = fresh === undefined ? 'θ·W/e' : 'H·θ/(e−θ)';
  return {
    name: 'window',
    source: `${formula} after the first hit: ${more} more hits`,
    ...chance(more, inputs),
  };
}

/**
 * How long after the last hit the ratio needs to fall to θ: W(1−θ/e). `rate()` counts from the first sample
 * inside the window, which lies up to one S after the window's left edge: that much sooner the last hits are
 * out of sight, and of the W − S that the samples cover θ is taken. Scraping therefore adds nothing here: it
 * shortens, and is part of this term.
 */
export function resetWindow(inputs: FloorInputs): FloorTerm {
  const { windowMs, threshold, errorRatio, scrapeMs, hitsNeeded } = inputs;
  if (windowMs === undefined) return none;
  if (hitsNeeded !== undefined) {
    // One hit less than is needed may stay in the window.
    const kept = chance(Math.max(0, hitsNeeded - 2), inputs);
    const left = (keptMs: number) => Math.max(0, windowMs - keptMs);
    return {
      name: 'window',
      source: 'W less the time of the hits that may stay',
      best: left(kept.worst),
      mean: left(kept.mean),
      worst: left(kept.best),
    };
  }
  if (threshold === undefined || errorRatio === undefined) return unknown(windowMs);
  if (freshMs(inputs) !== undefined) {
    return {
      ...unknown(windowMs),
      source: 'range window W, not full: as long as the fault needs to thin out',
    };
  }
  const covered = (threshold * Math.max(windowMs - scrapeMs, 0)) / errorRatio;
  // So many of the last hits may stay in the window.
  const kept = chance(Math.floor((inputs.failingPerSecond * covered) / 1000), inputs);
  const left = (edgeMs: number, keptMs: number) => Math.max(0, windowMs - edgeMs - keptMs);
  return {
    name: 'window',
    source: 'W(1−θ/e), W up to one scrape interval shorter',
    best: left(scrapeMs, kept.worst),
    mean: left(scrapeMs / 2, kept.mean),
    worst: left(0, kept.best),
  };
}
