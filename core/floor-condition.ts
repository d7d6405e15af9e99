/*
 * The condition of a rule, reduced to what the floor calculation needs. Shares refer to the requests of the journey
 * that the fault hits.
 */

/** A comparison over one window. */
export interface FloorComparison {
  /** W: the window, in milliseconds. Absent: the comparison reads the latest sample. */
  readonly windowMs?: number;
  /** θ: the share of the journey's requests above which the comparison holds. Absent: unknown. */
  readonly threshold?: number;
  /** The upper bound of θ, where the requests that the rule counts besides are uncertain. */
  readonly thresholdUpTo?: number;
  /**
   * The comparison is of a number of requests, not of a quotient. The extrapolation of `rate()` then does not cancel
   * out.
   */
  readonly absolute?: boolean;
  /** n: the comparison counts single hits and holds at this many in the window. It replaces the share. */
  readonly hitsNeeded?: number;
  /** How long after the start of the fault a rising gauge meets the comparison, in milliseconds. */
  readonly risesForMs?: number;
  /** Time between two samples in the window, in milliseconds, where it differs from the scrape interval. */
  readonly stepMs?: number;
  /** The comparison cannot hold, whatever the fault does. */
  readonly never?: boolean;
}

/** A lower and an upper bound. */
export interface Span {
  readonly least: number;
  readonly most: number;
}

/** The points of a range at which a condition is evaluated. */
interface Points {
  readonly windowMs: number;
  readonly stepMs: number;
}

/**
 * - `endsEarly`: a condition that another one may end early (`unless`);
 * - `over`: the inner condition has held at this many points of a range, or at the last one at which it had a value;
 * - `mean`: the inner comparison, of the mean of its left side over the points of a range.
 */
export type FloorCondition =
  | FloorComparison
  | { readonly all: readonly FloorCondition[] }
  | { readonly any: readonly FloorCondition[] }
  | { readonly endsEarly: FloorCondition }
  | (Points & { readonly over: FloorCondition; readonly needed: Span | 'last' })
  | (Points & { readonly mean: FloorComparison });

/** Every comparison in a condition. */
export function comparisonsOf(condition: FloorCondition): FloorComparison[] {
  if ('all' in condition) return condition.all.flatMap(comparisonsOf);
  if ('any' in condition) return condition.any.flatMap(comparisonsOf);
  if ('over' in condition) return comparisonsOf(condition.over);
  if ('mean' in condition) {
    const { mean, windowMs } = condition;
    return [{ ...mean, windowMs: windowMs + (mean.windowMs ?? 0) }];
  }
  return 'endsEarly' in condition ? comparisonsOf(condition.endsEarly) : [condition];
}
