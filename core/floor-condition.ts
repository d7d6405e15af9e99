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
  /** Time between two samples in the window, in milliseconds, where it differs from the scrape interval. */
  readonly stepMs?: number;
  /** The comparison cannot hold, whatever the fault does. */
  readonly never?: boolean;
}

/** `endsEarly`: a condition that another one may end early (`unless`). */
export type FloorCondition =
  | FloorComparison
  | { readonly all: readonly FloorCondition[] }
  | { readonly any: readonly FloorCondition[] }
  | { readonly endsEarly: FloorCondition };

/** Every comparison in a condition. */
export function comparisonsOf(condition: FloorCondition): FloorComparison[] {
  if ('all' in condition) return condition.all.flatMap(comparisonsOf);
  if ('any' in condition) return condition.any.flatMap(comparisonsOf);
  return 'endsEarly' in condition ? comparisonsOf(condition.endsEarly) : [condition];
}
