/*
 * What a rule compares, as far as a floor needs it. A share is of the requests that the fault hits some of: those of
 * its journey.
 */

/** A comparison over one window. */
export interface Comparison {
  /** W: the window. Absent: the comparison looks at the latest sample. */
  readonly windowMs?: number;
  /** θ: the share of the journey's requests above which it holds. Absent: not known. */
  readonly threshold?: number;
  /** The highest that θ may be, where what else the rule counts is not certain. */
  readonly thresholdUpTo?: number;
  /** It compares a number of requests rather than a quotient: what `rate()` extrapolates does not cancel out. */
  readonly absolute?: boolean;
  /** n: it counts single hits, and holds at this many in the window; in the place of a share. */
  readonly hitsNeeded?: number;
  /** How far apart the samples in its window are, where that is not the scrape interval. */
  readonly stepMs?: number;
  /** Whatever the fault does, it does not hold. */
  readonly never?: boolean;
}

/** At least and at most so much. */
export interface Span {
  readonly least: number;
  readonly most: number;
}

/** The points of a range at which something is looked at. */
interface Points {
  readonly windowMs: number;
  readonly stepMs: number;
}

/**
 * - `endsEarly`: the inner condition, which something may end before its time (`unless`);
 * - `over`: the inner condition has held at so many points of a range, or at the last one at which it had a value;
 * - `mean`: the inner comparison, of the mean of what it compares over the points of a range.
 */
export type Condition =
  | Comparison
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly endsEarly: Condition }
  | (Points & { readonly over: Condition; readonly needed: Span | 'last' })
  | (Points & { readonly mean: Comparison });

/** Every comparison of a condition. */
export function comparisonsOf(condition: Condition): Comparison[] {
  if ('all' in condition) return condition.all.flatMap(comparisonsOf);
  if ('any' in condition) return condition.any.flatMap(comparisonsOf);
  if ('over' in condition) return comparisonsOf(condition.over);
  if ('mean' in condition) {
    const { mean, windowMs } = condition;
    return [{ ...mean, windowMs: windowMs + (mean.windowMs ?? 0) }];
  }
  return 'endsEarly' in condition ? comparisonsOf(condition.endsEarly) : [condition];
}
