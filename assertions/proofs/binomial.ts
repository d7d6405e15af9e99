/**
 * The counts of successes in `n` independent tries with probability `p` that chance explains: outside of them lies less
 * than `alpha`/2 on each side. Exact: the tails of the binomial distribution are summed, term by term.
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

/** How many tries it takes until no success at all is more than chance. */
export const triesToTell = (p: number, alpha: number): number =>
  p === 1 ? 1 : Math.ceil(Math.log(alpha / 2) / Math.log1p(-p));

/** P(X = k) for k from 0 to n, each from the one before; in logarithms, since the first ones can be very small. */
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
