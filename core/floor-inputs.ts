import type { Comparison, Condition } from './condition.ts';

/** Where the result of a recording rule is waited for on the way to the alert. */
export interface Recording {
  /** Of the recording rule's group. */
  readonly evaluationMs: number;
  /** What is waited for, for the reader. */
  readonly source: string;
  /** The rule stands behind its reader in the same group, which therefore sees the result of the round before. */
  readonly roundLater?: boolean;
}

/** What the detection time of one alert follows from. Lengths in milliseconds, at the pace of the drill. */
export interface FloorInputs extends Comparison {
  /** λp: requests per second that the fault hits. */
  readonly failingPerSecond: number;
  /** E: how often the service exports. */
  readonly exportIntervalMs: number;
  /** X: what shows the fault is that a series goes away, which its exporter lets happen this long after the last export. */
  readonly expiryMs?: number;
  /** b: the collector's batch timeout. */
  readonly batchMs: number;
  /** S: scrape interval, the longest of the jobs that may scrape it; 0 when metrics are pushed. */
  readonly scrapeMs: number;
  /** L: ingest of logs or traces, or flush of span metrics; 0 for a metric of the service's own. */
  readonly ingestMs: number;
  /** What the rule compares, where that is more than the one comparison of these inputs. */
  readonly condition?: Condition;
  /** Recording rules between the samples and the alerting rule, in that order. */
  readonly recordings?: readonly Recording[];
  /** e: failing share of the requests while the fault lasts, 0 to 1. */
  readonly errorRatio?: number;
  /** H: healthy traffic before the fault, when it may be less than W. */
  readonly healthyHistoryMs?: number;
  /** Q: the rule group's `query_offset`. */
  readonly queryOffsetMs: number;
  /** I: evaluation interval of the rule group. */
  readonly evaluationMs: number;
  /** Where I comes from, if not from the rule group alone. */
  readonly evaluationSource?: string;
  /** P: over how much time the rules that are due at one tick are spread (Grafana); 0 when they are not. */
  readonly spreadMs?: number;
  /** F: `for`. */
  readonly forMs: number;
  readonly keepFiringForMs: number;
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  /** Another alert of the same group fires before. */
  readonly joins?: JoinedGroup;
  /** D: from Alertmanager to the receiver. */
  readonly deliveryMs: number;
}

/** A group of alerts that another alert has begun. */
export interface JoinedGroup {
  /** Name of the other alert. */
  readonly alert: string;
  /** The group has been notified of it, so that the next message is due by group_interval: for certain, perhaps, or not yet. */
  readonly notified: 'surely' | 'perhaps' | 'not yet';
}
