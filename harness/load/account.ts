import type { FaultWindow, LoadResult } from '../../core/record.ts';
import type { Hits } from '../../core/scenario.ts';

/** One answered (or failed) request, as k6 saw it. */
export interface Sample {
  /** When the answer was there: k6 stamps http_req_duration at the request's end. Epoch milliseconds. */
  readonly at: number;
  readonly journey: string;
  /** 0: no answer. */
  readonly status: number;
  readonly durationMs: number;
  /** The instance that was asked, e.g. storefront-2; empty where the load does not say. */
  readonly instance: string;
}

const startOf = ({ at, durationMs }: Sample): number => at - durationMs;

/** Whether the fault hit a request: all that is given fits. */
const fits = ({ journey, status, slowerThanMs, instance }: Hits, sample: Sample): boolean =>
  sample.journey === journey &&
  (status === undefined || status.includes(sample.status)) &&
  (slowerThanMs === undefined || sample.durationMs > slowerThanMs) &&
  (instance === undefined || sample.instance === instance);

/** Keeps k6's samples while they come in, and counts them: per second, per journey, and what the fault hit. */
export class LoadAccount {
  readonly #hits: Hits | undefined;
  readonly #samples: Sample[] = [];
  readonly #hitSamples: Sample[] = [];
  #dropped = 0;
  #lastAt = new Map<string, number>();
  #worksFrom: number | undefined;

  /** @param hits what a request looks like that was hit; `undefined` for a fault that hits none. */
  constructor(hits: Hits | undefined) {
    this.#hits = hits;
  }

  add(sample: Sample): void {
    this.#samples.push(sample);
    this.#lastAt.set(sample.journey, sample.at);
    if (this.#hits && fits(this.#hits, sample)) this.#hitSamples.push(sample);
  }

  drop(): void {
    this.#dropped += 1;
  }

  /**
   * Sets from when on the fault works, for a fault that hits no request. The earliest of several times counts.
   *
   * @param from epoch milliseconds.
   */
  faultWorks(from: number): void {
    this.#worksFrom = Math.min(from, this.#worksFrom ?? Infinity);
  }

  /** When each journey last had an answer. */
  lastAnswers(): ReadonlyMap<string, number> {
    return this.#lastAt;
  }

  /** Requests hit from `from` on. */
  hitsSince(from: number): number {
    return this.#hitSamples.filter(({ at }) => at >= from).length;
  }

  /** Requests hit that also began at `from` or later: after the revert, the fault is no reason for them. */
  hitsBegunSince(from: number): number {
    return this.#hitSamples.filter((sample) => startOf(sample) >= from).length;
  }

  /** What was answered within [from, to], in the order in which it became known. */
  samplesBetween(from: number, to: number): readonly Sample[] {
    return this.#samples.filter(({ at }) => at >= from && at <= to);
  }

  /**
   * What the fault did. Requests that were under way at the revert may still be hit after it, so they are
   * counted to their end; one that only began later is a hiccup of something else. The requests beside them count
   * only while the fault was in. A fault that hits no request stands for its own hits: from when it worked to its
   * revert.
   */
  window(
    injectedAt: number,
    revertedAt: number,
  ): Omit<FaultWindow, 'injectedAt' | 'revertedAt' | 'required'> {
    if (!this.#hits) {
      const requests = this.samplesBetween(injectedAt, revertedAt).length;
      const works = this.#worksFrom;
      return {
        ...(works === undefined ? {} : { firstHitAt: works, lastHitAt: Math.max(works, revertedAt) }),
        ...{ hits: 0, requests, hitsBefore: 0 },
      };
    }
    const { journey } = this.#hits;
    const hits = this.#hitSamples
      .filter((sample) => sample.at >= injectedAt && startOf(sample) <= revertedAt)
      .map(({ at }) => at)
      .sort((a, b) => a - b);
    const [first] = hits;
    const last = hits.at(-1);
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
      const { at, journey, status, durationMs } = sample;
      const failed = Number(status === 0 || status >= 400);
      const key = Math.floor(at / 1000) * 1000;
      const second = seconds.get(key) ?? { requests: 0, failed: 0, hit: 0 };
      second.requests += 1;
      second.failed += failed;
      second.hit += Number(this.#hits !== undefined && fits(this.#hits, sample));
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

/** Nearest-rank quantile. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0;
}
