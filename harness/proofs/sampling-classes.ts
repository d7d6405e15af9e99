import { hasServiceFailed, quantile, type RequestSample, startOf } from '../load/load-statistics.ts';

/**
 * How much a request's start and duration may differ between k6 and its span on a busy machine, in milliseconds. A request
 * whose duration is within this distance of the limit may be slow for k6 and not for its span, or the reverse.
 */
export const timingToleranceMs = 250;

/** Requests by how tail sampling must treat them. */
export interface RequestClasses {
  readonly failed: readonly RequestSample[];
  /** Requests that did not fail and are clearly slower than the limit. */
  readonly slow: readonly RequestSample[];
  /** Requests that did not fail and are clearly faster than the limit. */
  readonly rest: readonly RequestSample[];
  /** Failed or slow requests during which the machine stalled. Their times in k6 do not match their spans. */
  readonly stalled: readonly RequestSample[];
}

/** Classifies the requests that began within [from, to]. A request too close to the limit is in no class. */
export function classesOf(
  samples: readonly RequestSample[],
  from: number,
  to: number,
  slowerThanMs: number,
): RequestClasses {
  const inside = samples.filter((sample) => startOf(sample) >= from && startOf(sample) <= to);
  const answered = inside.filter((sample) => !hasServiceFailed(sample));
  const failed = inside.filter(hasServiceFailed);
  const slow = answered.filter(({ durationMs }) => durationMs > slowerThanMs + timingToleranceMs);
  const stalled = new Set([...failed, ...slow].filter(stallDetector(samples)));
  return {
    failed: failed.filter((sample) => !stalled.has(sample)),
    slow: slow.filter((sample) => !stalled.has(sample)),
    rest: answered.filter(({ durationMs }) => durationMs < slowerThanMs - timingToleranceMs),
    stalled: [...stalled],
  };
}

/**
 * Returns whether the machine stalled during a request: a concurrent request of another journey to the same instance took
 * longer than the median of its own journey by more than the tolerance. The median already contains the fault's effect.
 */
function stallDetector(samples: readonly RequestSample[]): (sample: RequestSample) => boolean {
  const medians = new Map(
    [...Map.groupBy(samples, ({ journey }) => journey)].map(([journey, ownSamples]) => [
      journey,
      quantile(
        ownSamples.map(({ durationMs }) => durationMs),
        0.5,
      ),
    ]),
  );
  const late = samples.filter(
    ({ journey, durationMs }) => durationMs > (medians.get(journey) ?? 0) + timingToleranceMs,
  );
  return (sample) =>
    late.some(
      (other) =>
        other.instance === sample.instance &&
        other.journey !== sample.journey &&
        other.at > startOf(sample) &&
        startOf(other) < sample.at,
    );
}

/** Counts the requests that have a trace with the same start. Each trace counts for one request. */
export function countMatchingTraces(
  requests: readonly RequestSample[],
  traces: readonly { readonly startAt: number }[],
): number {
  const starts = traces.map(({ startAt }) => startAt).sort((a, b) => a - b);
  let next = 0;
  let count = 0;
  for (const start of requests.map(startOf).sort((a, b) => a - b)) {
    while ((starts[next] ?? Number.POSITIVE_INFINITY) < start - timingToleranceMs) next += 1;
    if ((starts[next] ?? Number.POSITIVE_INFINITY) > start + timingToleranceMs) continue;
    next += 1;
    count += 1;
  }
  return count;
}
