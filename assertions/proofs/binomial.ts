/**
 * Returns the bounds of the number of successes in `n` independent tries with probability `p`. A number below `low`, or
 * above `high`, has a probability of less than `alpha`/2. Exact: the tails of the binomial distribution are summed.
 *
 * @param p above 0, at most 1.
 */
export function binomialBounds(n: number, p: number, alpha: number): { low: number; high: number } {
  if (p === 1) return { low: n, high: n };
  const pmf = massFunction(n, p);
  const inside = (from: number, step: 1 | -1) => {
    let tail = 0;
    for (let k = from; k >= 0 && k <= n; k += step) {
      tail += pmf[k] ?? 0;
      if (tail >= alpha / 2) return k;
    }
    return from;
  };
  return { low: inside(0, 1), high: inside(n, -1) };
}

/** The number of tries from which no success at all has a probability of at most `alpha`/2. */
export const minTriesToJudge = (p: number, alpha: number): number =>
  p === 1 ? 1 : Math.ceil(Math.log(alpha / 2) / Math.log1p(-p));

/** P(X = k) for k from 0 to n, each computed from the previous one, in logarithms, because the first can be very small. */
function massFunction(n: number, p: number): number[] {
  const odds = Math.log(p) - Math.log1p(-p);
  const mass: number[] = [];
  let log = n * Math.log1p(-p);
  for (let k = 0; k <= n; k++) {
    mass.push(Math.exp(log));
    log += Math.log(n - k) - Math.log(k + 1) + odds;
  }
  return mass;
}
