import { quantile, type Sample } from '../load/account.ts';

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
  /** Failed or slow ones during which the machine stalled: k6's times of them say little of their spans. */
  readonly stalled: readonly Sample[];
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
  const failed = inside.filter(isFailed);
  const slow = answered.filter(({ durationMs }) => durationMs > slowerThanMs + blurMs);
  const stalled = new Set([...failed, ...slow].filter(stallsIn(samples)));
  return {
    failed: failed.filter((sample) => !stalled.has(sample)),
    slow: slow.filter((sample) => !stalled.has(sample)),
    rest: answered.filter(({ durationMs }) => durationMs < slowerThanMs - blurMs),
    stalled: [...stalled],
  };
}

/**
 * Whether the machine stalled during a request: meanwhile, one of another journey to the same instance took longer than
 * that journey's median by more than the blur. What a fault does to a journey is in its own times.
 */
function stallsIn(samples: readonly Sample[]): (sample: Sample) => boolean {
  const medians = new Map(
    [...Map.groupBy(samples, ({ journey }) => journey)].map(([journey, of]) => [
      journey,
      quantile(
        of.map(({ durationMs }) => durationMs),
        0.5,
      ),
    ]),
  );
  const late = samples.filter(({ journey, durationMs }) => durationMs > (medians.get(journey) ?? 0) + blurMs);
  return (sample) =>
    late.some(
      (other) =>
        other.instance === sample.instance &&
        other.journey !== sample.journey &&
        other.at > startOf(sample) &&
        startOf(other) < sample.at,
    );
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
