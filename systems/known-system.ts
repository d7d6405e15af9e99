import type { Series } from '../core/promql/value.ts';
import type { Scenario } from '../core/scenario.ts';

/** What a drill asks of a system, and what the fault does to it. */
export interface Traffic {
  readonly rates: Readonly<Record<string, number>>;
  readonly fault: Scenario['fault'];
  /** e: share of the journey's requests that fail while the fault lasts. */
  readonly errorRatio: number;
  /** What the fault multiplies every rate by. */
  readonly loadFactor?: number;
}

/** Rises per second. */
export interface Rises {
  readonly before: number;
  readonly during: number;
}

/** Requests that are counted alike: with the same labels. */
export interface Counted extends Rises, Series {
  /** Those that the fault hits. */
  readonly hit?: boolean;
}

/** What a stack of the system may have or not. */
export interface CountsVariant {
  /** Share of the requests that one instance of a service with several instances gets. */
  readonly perInstance: number;
  /** How many instances have such a series of their own. */
  instances(series: Series): number;
  /**
   * What a metric counts while the system is healthy and while the fault lasts, without the fault's `loadFactor`.
   *
   * @param metric its name, with `_` in place of dots.
   * @returns `undefined` for a metric that does not count requests of the system.
   * @throws UnknownValue for a journey of which it is not known what it makes rise.
   */
  rows(metric: string, traffic: Traffic): readonly Counted[] | undefined;
}

/**
 * What a system counts: which requests of which journeys make each of its counters rise, with which labels. The instance
 * is not among the labels of a row.
 */
export interface SystemCounts {
  /** Labels that tell requests apart, the instance among them. */
  readonly labels: readonly string[];
  /** Those that a series without them has not. Which others a series lacks is not known. */
  readonly optional: readonly string[];
  /** Labels that are the same on every series; the instance too, which only `perInstance` is about. */
  readonly everywhere: readonly string[];
  readonly variants: readonly CountsVariant[];
}

/** A queue that grows while nobody takes from it. */
export interface SystemQueue {
  /** The service that takes from it. */
  readonly worker: string;
  /** The journey that puts one into it with each request. */
  readonly journey: string;
  /** The label `job` of the gauges that are told while the worker does nothing. */
  readonly job: string;
  /** The value of a gauge of the queue, some seconds after the last one was taken. `undefined` for another metric. */
  gauge(metric: string): ((perSecond: number, seconds: number) => number) | undefined;
}

/** What the harness knows of a system of the project beyond its components. It knows nothing of this of a user's system. */
export interface KnownSystem {
  /** The service that users reach: its pods, and the port. */
  readonly entry: { readonly service: string; readonly port: number };
  /** The services whose metrics rules read, that of the users among them. */
  readonly measured: readonly string[];
  readonly counts: SystemCounts;
  readonly queue: SystemQueue;
}
