/*
 * By how much two medians of the same thing differ by chance. An MTTD lies between the best and the worst case of its floor:
 * it is the sum of waits, each of which is as likely short as long. Such a sum is symmetric about the middle, and values near
 * the middle are more likely. Among all such distributions the even one over the whole range spreads medians the most
 * (Birnbaum, On Random Variables with Comparable Peakedness, 1948), so what holds for it holds for every MTTD.
 */

/** How often the median of unchanged drills exceeds the tolerance, for one alert, at most. */
export const falseAlarms = 1e-5;

/** More values than this count as this many; the tolerance hardly shrinks with more. */
const mostValues = 25;

/**
 * Returns by how much the median of some values may exceed that of others, as a share of the range from the best to the
 * worst case. Without any values it is the whole range.
 *
 * @param share the probability that it is exceeded though nothing has changed; at most 0.5.
 */
export function medianTolerance(now: number, before: number, share = falseAlarms): number {
  if (now < 1 || before < 1) return 1;
  const [a, b] = [middleOf(now), middleOf(before)];
  let [low, high] = [0, 1];
  while (high - low > 1e-6) {
    const middle = (low + high) / 2;
    if (exceeds(middle, a, b) > share) low = middle;
    else high = middle;
  }
  return high;
}

/** The values below the median. The median of an even number is the mean of two values, and spreads less than that of one value less. */
const middleOf = (values: number): number => Math.floor((Math.min(values, mostValues) - 1) / 2);

/** The probability that one median exceeds the other by `distance`: the integral over the other, by Simpson's rule. */
function exceeds(distance: number, now: number, before: number): number {
  const steps = 400;
  const width = (1 - distance) / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const x = i * width;
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
    sum += weight * density(before, x) * (1 - below(now, x + distance));
  }
  return (sum * width) / 3;
}

/** The density at x of the median of 2k+1 even values from 0 to 1: the Beta distribution with k+1 and k+1. */
const density = (k: number, x: number): number => (2 * k + 1) * choose(2 * k, k) * (x * (1 - x)) ** k;

/** The probability that this median is below x: at least k+1 of 2k+1 values are. */
function below(k: number, x: number): number {
  const n = 2 * k + 1;
  let sum = 0;
  for (let j = k + 1; j <= n; j++) sum += choose(n, j) * x ** j * (1 - x) ** (n - j);
  return Math.min(1, sum);
}

function choose(n: number, k: number): number {
  let result = 1;
  for (let i = 1; i <= k; i++) result = (result * (n - k + i)) / i;
  return result;
}
