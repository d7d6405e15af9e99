import type { Sample } from '../load/account.ts';

/** k6's clock for a request and its span's differ by what lies between: sockets, and a busy machine. Milliseconds. */
const blurMs = 50;

/** Where to cut, so that no request lies so near to the cut that k6 and Tempo could take it for another class. */
export interface Cuts {
  /** By the start of the request. */
  readonly from: number;
  readonly to: number;
  /** Slow from here on. */
  readonly slowFromMs: number;
  /** Of the rest up to here. */
  readonly restToMs: number;
}

const startOf = ({ at, durationMs }: Sample): number => at - durationMs;
export const isFailed = ({ status }: Sample): boolean => status === 0 || status >= 500;

/** Moves the given cuts, as little as it takes, to where nothing is near them. */
export function cutsFor(samples: readonly Sample[], from: number, to: number, slowerThanMs: number): Cuts {
  // Of the rest a request more or less makes no difference.
  const counted = samples.filter((sample) => isFailed(sample) || sample.durationMs > slowerThanMs - blurMs);
  const starts = counted.map(startOf);
  const durations = samples.map(({ durationMs }) => durationMs);
  return {
    from: gapFrom(from, starts, 1),
    to: gapFrom(to, starts, -1),
    slowFromMs: gapFrom(slowerThanMs, durations, 1),
    restToMs: gapFrom(slowerThanMs, durations, -1),
  };
}

function gapFrom(cut: number, values: readonly number[], direction: 1 | -1): number {
  let gap = cut;
  for (const value of values.toSorted((a, b) => (a - b) * direction)) {
    if (Math.abs(value - gap) <= blurMs) gap = value + direction * (blurMs + 1);
  }
  return gap;
}

/** How many requests of each class k6 made. */
export function countRequests(samples: readonly Sample[], { from, to, slowFromMs, restToMs }: Cuts) {
  const inside = samples.filter((sample) => startOf(sample) >= from && startOf(sample) <= to);
  const answered = inside.filter((sample) => !isFailed(sample));
  return {
    failed: inside.length - answered.length,
    slow: answered.filter(({ durationMs }) => durationMs > slowFromMs).length,
    rest: answered.filter(({ durationMs }) => durationMs < restToMs).length,
  };
}
