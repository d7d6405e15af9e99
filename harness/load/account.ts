import type { LoadResult } from '../../core/record.ts';
import type { Scenario } from '../../core/scenario.ts';

/** One answered (or failed) request, as k6 saw it. */
export interface Sample {
  /** When the answer was there: k6 stamps http_req_duration at the request's end. Epoch milliseconds. */
  readonly at: number;
  readonly journey: string;
  /** 0: no answer. */
  readonly status: number;
  readonly durationMs: number;
}

/** Counts k6's samples while they come in: per second, per journey, and what the fault hit. */
export class LoadAccount {
  readonly #hits: Scenario['fault']['hits'];
  readonly #seconds = new Map<number, { requests: number; failed: number; hit: number }>();
  readonly #journeys = new Map<string, { requests: number; failed: number; durations: number[] }>();
  readonly #hitTimes: number[] = [];
  readonly #journeyTimes: number[] = [];
  #dropped = 0;
  #lastAt = new Map<string, number>();
  readonly #onHit: (at: number) => void;

  /** @param onHit told of each request that looks as if the fault had hit it. */
  constructor(hits: Scenario['fault']['hits'], onHit: (at: number) => void = () => {}) {
    this.#hits = hits;
    this.#onHit = onHit;
  }

  add({ at, journey, status, durationMs }: Sample): void {
    const failed = status === 0 || status >= 400;
    const hit = journey === this.#hits.journey && this.#hits.status.includes(status);
    const key = Math.floor(at / 1000) * 1000;
    const second = this.#seconds.get(key) ?? { requests: 0, failed: 0, hit: 0 };
    second.requests += 1;
    second.failed += Number(failed);
    second.hit += Number(hit);
    this.#seconds.set(key, second);
    const totals = this.#journeys.get(journey) ?? { requests: 0, failed: 0, durations: [] };
    totals.requests += 1;
    totals.failed += Number(failed);
    totals.durations.push(durationMs);
    this.#journeys.set(journey, totals);
    this.#lastAt.set(journey, at);
    if (journey === this.#hits.journey) this.#journeyTimes.push(at);
    if (hit) {
      this.#hitTimes.push(at);
      this.#onHit(at);
    }
  }

  drop(): void {
    this.#dropped += 1;
  }

  /** When each journey last had an answer. */
  lastAnswers(): ReadonlyMap<string, number> {
    return this.#lastAt;
  }

  /** Requests hit from `from` on. */
  hitsSince(from: number): number {
    return this.#hitTimes.filter((at) => at >= from).length;
  }

  /**
   * What the fault did. Requests that were under way at the revert may still be hit after it, so hits are
   * counted to the end; the requests beside them only while the fault was in.
   */
  window(injectedAt: number, revertedAt: number) {
    const hits = this.#hitTimes.filter((at) => at >= injectedAt).sort((a, b) => a - b);
    const [first] = hits;
    const last = hits.at(-1);
    return {
      ...(first === undefined ? {} : { firstHitAt: first }),
      ...(last === undefined ? {} : { lastHitAt: last }),
      hits: hits.length,
      requests: this.#journeyTimes.filter((at) => at >= injectedAt && at <= Math.max(revertedAt, last ?? 0))
        .length,
      hitsBefore: this.#hitTimes.filter((at) => at < injectedAt).length,
    };
  }

  result(): LoadResult {
    return {
      seconds: [...this.#seconds].sort(([a], [b]) => a - b).map(([at, counts]) => ({ at, ...counts })),
      journeys: Object.fromEntries(
        [...this.#journeys].map(([name, { requests, failed, durations }]) => [
          name,
          { requests, failed, p99Ms: quantile(durations, 0.99) },
        ]),
      ),
      droppedIterations: this.#dropped,
    };
  }
}

/** Nearest-rank quantile. */
function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0;
}
