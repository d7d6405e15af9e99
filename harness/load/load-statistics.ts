import type { FaultWindow, LoadResult } from '../../core/record.ts';
import type { Hits } from '../../core/scenario.ts';

/** One request that ended, with or without an answer, as k6 reports it. */
export interface RequestSample {
  /** When the request ended, in epoch milliseconds: k6 stamps `http_req_duration` at the end. */
  readonly at: number;
  readonly journey: string;
  /** HTTP status; 0 without an answer. */
  readonly status: number;
  readonly durationMs: number;
  /** The instance that the request went to, for example web-2; empty when the load does not say. */
  readonly instance: string;
}

export const startOf = ({ at, durationMs }: RequestSample): number => at - durationMs;

/** Whether a request got no answer or one with an error status. */
export const hasFailed = ({ status }: Pick<RequestSample, 'status'>): boolean =>
  status === 0 || status >= 400;

/** Whether a request got no answer, or the service is to blame for its error status. */
export const hasServiceFailed = ({ status }: Pick<RequestSample, 'status'>): boolean =>
  status === 0 || status >= 500;

/** Whether the fault hit a request: the request meets every condition of `hits`. */
const isHit = ({ journey, status, slowerThanMs, instance }: Hits, sample: RequestSample): boolean =>
  sample.journey === journey &&
  (status === undefined || status.includes(sample.status)) &&
  (slowerThanMs === undefined || sample.durationMs > slowerThanMs) &&
  (instance === undefined || sample.instance === instance);

/**
 * When the fault made a request fail. One without an answer failed before k6 gave up on it: when it began, or at the
 * injection. An answer is known at its end.
 */
const failedAt = (sample: RequestSample, injectedAt: number): number =>
  sample.status === 0 ? Math.max(injectedAt, startOf(sample)) : sample.at;

/** Keeps k6's samples as they arrive, and counts requests per second, per journey and by whether the fault hit them. */
export class LoadStatistics {
  readonly #hits: Hits | undefined;
  readonly #samples: RequestSample[] = [];
  readonly #hitSamples: RequestSample[] = [];
  #dropped = 0;
  #lastAnswerAt = new Map<string, number>();
  #effectiveFrom: number | undefined;

  /** @param hits the conditions that a hit request meets; `undefined` for a fault that hits no request. */
  constructor(hits: Hits | undefined) {
    this.#hits = hits;
  }

  add(sample: RequestSample): void {
    this.#samples.push(sample);
    if (sample.status !== 0) this.#lastAnswerAt.set(sample.journey, sample.at);
    if (this.#hits && isHit(this.#hits, sample)) this.#hitSamples.push(sample);
  }

  drop(): void {
    this.#dropped += 1;
  }

  /**
   * Sets when a fault that hits no request took effect. When called more than once, the earliest time counts.
   *
   * @param from epoch milliseconds.
   */
  setFaultEffectiveFrom(from: number): void {
    this.#effectiveFrom = Math.min(from, this.#effectiveFrom ?? Infinity);
  }

  /** When each journey was last answered, in epoch milliseconds. */
  lastAnswers(): ReadonlyMap<string, number> {
    return this.#lastAnswerAt;
  }

  /** The number of hit requests that ended at `from` or later. */
  hitsSince(from: number): number {
    return this.#hitSamples.filter(({ at }) => at >= from).length;
  }

  /** The number of hit requests that began at `from` or later. */
  hitsBegunSince(from: number): number {
    return this.#hitSamples.filter((sample) => startOf(sample) >= from).length;
  }

  /** The requests that ended within [from, to], in the order in which k6 reported them. */
  samplesBetween(from: number, to: number): readonly RequestSample[] {
    return this.#samples.filter(({ at }) => at >= from && at <= to);
  }

  /**
   * Returns the first and last hit of the fault and the counts. A request that was under way at the revert may be hit after
   * it, so it counts; a request that began after the revert does not. For a fault that hits no request, the first hit is
   * when the fault took effect, and the last hit is the revert.
   */
  window(
    injectedAt: number,
    revertedAt: number,
  ): Omit<FaultWindow, 'injectedAt' | 'revertedAt' | 'required'> {
    if (!this.#hits) {
      const requests = this.samplesBetween(injectedAt, revertedAt).length;
      const works = this.#effectiveFrom;
      return {
        ...(works === undefined ? {} : { firstHitAt: works, lastHitAt: Math.max(works, revertedAt) }),
        ...{ hits: 0, requests, hitsBefore: 0 },
      };
    }
    const { journey } = this.#hits;
    const hits = this.#hitSamples.filter(
      (sample) => sample.at >= injectedAt && startOf(sample) <= revertedAt,
    );
    const { slowerThanMs } = this.#hits;
    // A slow request is known as such only later.
    const hitAt = (sample: RequestSample) =>
      slowerThanMs === undefined ? failedAt(sample, injectedAt) : sample.at;
    const [first] = hits.map(hitAt).sort((a, b) => a - b);
    const last = hits
      .map(({ at }) => at)
      .sort((a, b) => a - b)
      .at(-1);
    const until = Math.max(revertedAt, last ?? 0);
    return {
      ...(first === undefined ? {} : { firstHitAt: first }),
      ...(last === undefined ? {} : { lastHitAt: last }),
      hits: hits.length,
      requests: this.samplesBetween(injectedAt, until).filter((sample) => sample.journey === journey).length,
      hitsBefore: this.#hitSamples.filter(({ at }) => at < injectedAt).length,
    };
  }

  result(): LoadResult {
    const seconds = new Map<number, { requests: number; failed: number; hit: number }>();
    const journeys = new Map<string, { requests: number; failed: number; durations: number[] }>();
    for (const sample of this.#samples) {
      const { at, journey, durationMs } = sample;
      const failed = Number(hasFailed(sample));
      const key = Math.floor(at / 1000) * 1000;
      const second = seconds.get(key) ?? { requests: 0, failed: 0, hit: 0 };
      second.requests += 1;
      second.failed += failed;
      second.hit += Number(this.#hits !== undefined && isHit(this.#hits, sample));
      seconds.set(key, second);
      const totals = journeys.get(journey) ?? { requests: 0, failed: 0, durations: [] };
      totals.requests += 1;
      totals.failed += failed;
      totals.durations.push(durationMs);
      journeys.set(journey, totals);
    }
    return {
      seconds: [...seconds].sort(([a], [b]) => a - b).map(([at, counts]) => ({ at, ...counts })),
      journeys: Object.fromEntries(
        [...journeys].map(([name, { requests, failed, durations }]) => [
          name,
          { requests, failed, p99Ms: quantile(durations, 0.99) },
        ]),
      ),
      droppedIterations: this.#dropped,
    };
  }
}

/** The q-quantile by the nearest-rank method; 0 without values. `q` is between 0 and 1. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0;
}
