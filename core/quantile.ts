/**
 * Returns the quantile of values, interpolated between the two nearest ones, as Prometheus calculates it
 * (https://prometheus.io/docs/prometheus/latest/querying/operators/#aggregation-operators).
 *
 * @param share 0.5 for the median. Below 0 the result is -Infinity, above 1 it is +Infinity.
 * @returns `NaN` without values.
 */
export function quantile(share: number, values: readonly number[]): number {
  if (share < 0) return Number.NEGATIVE_INFINITY;
  if (share > 1) return Number.POSITIVE_INFINITY;
  const sorted = values.toSorted((a, b) => a - b);
  const rank = share * (sorted.length - 1);
  const [below = NaN, above = NaN] = [sorted[Math.floor(rank)], sorted[Math.ceil(rank)]];
  return below + (above - below) * (rank - Math.floor(rank));
}
