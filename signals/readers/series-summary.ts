import type { Sample, Series } from './series.ts';

/** From the first to the last step at which an expression had a result, epoch milliseconds. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * Stretches during which an expression had a result without a break, each for one series of the result,
 * because `for` is counted for each; one that lies within another is left out.
 *
 * @param stepMs step at which the expression was evaluated.
 */
export function trueStretches(series: readonly Series[], stepMs: number): Stretch[] {
  const all = series.flatMap(({ samples }) => {
    const stretches: { from: number; to: number }[] = [];
    for (const [at] of samples) {
      const last = stretches.at(-1);
      // Half a step more: times come back from the API rounded to the millisecond.
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

/**
 * One value for each step: of several series the one that is nearest to meeting the comparison, i.e. the
 * smallest for `<` and `<=`, else the largest. Values that are no number, such as 0/0, are left out.
 */
export function foremost(series: readonly Series[], operator: string): Sample[] {
  const wantsSmall = operator.startsWith('<');
  const byTime = new Map<number, number>();
  for (const [at, value] of series.flatMap(({ samples }) => samples)) {
    if (!Number.isFinite(value)) continue;
    const known = byTime.get(at);
    if (known === undefined || (wantsSmall ? value < known : value > known)) byTime.set(at, value);
  }
  return [...byTime].sort(([a], [b]) => a - b);
}

/** Smallest and largest finite value of all series; `undefined` without any. */
export function observedRange(series: readonly Series[]): { min: number; max: number } | undefined {
  let range: { min: number; max: number } | undefined;
  for (const [, value] of series.flatMap(({ samples }) => samples)) {
    if (!Number.isFinite(value)) continue;
    range = { min: Math.min(range?.min ?? value, value), max: Math.max(range?.max ?? value, value) };
  }
  return range;
}

/** At most about `most` samples, smallest and largest of each part kept, so that no peak is lost. */
export function thin(samples: readonly Sample[], most: number): Sample[] {
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
