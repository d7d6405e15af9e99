import type { Sample, Series } from './series.ts';

/** An interval from the first to the last step at which an expression had a result, in epoch milliseconds. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * The intervals in which an expression had a result without a gap. They are determined per series, because `for` is
 * counted per series; intervals within another one are left out.
 *
 * @param stepMs step of the range query.
 */
export function trueStretches(series: readonly Series[], stepMs: number): Stretch[] {
  const all = series.flatMap(({ samples }) => {
    const stretches: { from: number; to: number }[] = [];
    for (const [at] of samples) {
      const last = stretches.at(-1);
      // Half a step of tolerance: the API rounds times to the millisecond.
      if (last && at - last.to <= stepMs * 1.5) last.to = at;
      else stretches.push({ from: at, to: at });
    }
    return stretches;
  });
  all.sort((a, b) => a.from - b.from || b.to - a.to);
  let reach = -Infinity;
  return all.filter(({ to }) => {
    const longer = to > reach;
    reach = Math.max(reach, to);
    return longer;
  });
}

/** An interval in which a series had lost its value. */
export interface Gap extends Stretch {
  readonly labels: Record<string, string>;
  /** It had samples that are no numbers, as 0/0 is. */
  readonly notNumber?: true;
}

const mostGaps = 20;

/**
 * The intervals in which series that had had a value had none, the longest ones in the order of their beginning. Not a gap
 * is the time before the first value of a series.
 *
 * @param toMs end of the range query, in epoch milliseconds.
 * @param stepMs step of the range query.
 */
export function gapsIn(series: readonly Series[], toMs: number, stepMs: number): Gap[] {
  const all = series.flatMap(({ labels: { __name__: _, ...labels }, samples }): Gap[] => {
    const finite = samples.filter(([, value]) => Number.isFinite(value)).map(([at]) => at);
    const others = samples.filter(([, value]) => !Number.isFinite(value)).map(([at]) => at);
    return finite.flatMap((at, i): Gap[] => {
      const next = finite[i + 1];
      // Half a step of tolerance: the API rounds times to the millisecond.
      if ((next ?? toMs) - at <= stepMs * 1.5) return [];
      const [from, to] = [at + stepMs, next === undefined ? toMs : next - stepMs];
      const isInside = others.some((other) => other > at && other <= to);
      return [{ labels, from, to, ...(isInside ? { notNumber: true } : {}) }];
    });
  });
  const longest = all.toSorted((a, b) => b.to - b.from - (a.to - a.from)).slice(0, mostGaps);
  return longest.toSorted((a, b) => a.from - b.from);
}

/**
 * One value per step: of several series, the one closest to satisfying the comparison, which is the smallest for `<`
 * and `<=`, otherwise the largest. Non-finite values such as 0/0 are left out.
 */
export function closestToThreshold(series: readonly Series[], operator: string): Sample[] {
  const wantsSmall = operator.startsWith('<');
  const byTime = new Map<number, number>();
  for (const [at, value] of series.flatMap(({ samples }) => samples)) {
    if (!Number.isFinite(value)) continue;
    const known = byTime.get(at);
    if (known === undefined || (wantsSmall ? value < known : value > known)) byTime.set(at, value);
  }
  return [...byTime].sort(([a], [b]) => a - b);
}

/** The smallest and largest finite value of all series; `undefined` without any. */
export function observedRange(series: readonly Series[]): { min: number; max: number } | undefined {
  let range: { min: number; max: number } | undefined;
  for (const [, value] of series.flatMap(({ samples }) => samples)) {
    if (!Number.isFinite(value)) continue;
    range = { min: Math.min(range?.min ?? value, value), max: Math.max(range?.max ?? value, value) };
  }
  return range;
}

/** Downsamples to about `most` samples. The smallest and largest of each part are kept, so that no peak is lost. */
export function downsample(samples: readonly Sample[], most: number): Sample[] {
  if (samples.length <= most) return [...samples];
  const size = Math.ceil((2 * samples.length) / most);
  const kept: Sample[] = [];
  for (let i = 0; i < samples.length; i += size) {
    const part = samples.slice(i, i + size).sort(([, a], [, b]) => a - b);
    const ends = [...new Set([part[0], part.at(-1)])].filter((sample) => sample !== undefined);
    kept.push(...ends.sort(([a], [b]) => a - b));
  }
  return kept;
}
