import type { Sample } from '../load/account.ts';

/**
 * How far a request's start and duration may be apart for k6 and for its span, on a busy machine: it waits for its turn on
 * either side. What is nearer to the limit may be slow for one and not for the other. Milliseconds.
 */
export const blurMs = 250;

/** Requests by what sampling is to make of them. */
export interface Classes {
  readonly failed: readonly Sample[];
  /** Not failed, and clearly slower than the limit. */
  readonly slow: readonly Sample[];
  /** Clearly neither. */
  readonly rest: readonly Sample[];
}

const startOf = ({ at, durationMs }: Sample): number => at - durationMs;
const isFailed = ({ status }: Sample): boolean => status === 0 || status >= 500;

/** The requests that began within [from, to]. One too near to the limit is of no class. */
export function classesOf(
  samples: readonly Sample[],
  from: number,
  to: number,
  slowerThanMs: number,
): Classes {
  const inside = samples.filter((sample) => startOf(sample) >= from && startOf(sample) <= to);
  const answered = inside.filter((sample) => !isFailed(sample));
  return {
    failed: inside.filter(isFailed),
    slow: answered.filter(({ durationMs }) => durationMs > slowerThanMs + blurMs),
    rest: answered.filter(({ durationMs }) => durationMs < slowerThanMs - blurMs),
  };
}

/** How many of the requests have a trace of their own, which began when they did. */
export function matched(
  requests: readonly Sample[],
  traces: readonly { readonly startAt: number }[],
): number {
  const starts = traces.map(({ startAt }) => startAt).sort((a, b) => a - b);
  let next = 0;
  let count = 0;
  for (const start of requests.map(startOf).sort((a, b) => a - b)) {
    while ((starts[next] ?? Number.POSITIVE_INFINITY) < start - blurMs) next += 1;
    if ((starts[next] ?? Number.POSITIVE_INFINITY) > start + blurMs) continue;
    next += 1;
    count += 1;
  }
  return count;
}
