import type { FloorComparison, FloorCondition } from './floor-condition.ts';

/** A wait for the next evaluation of a recording rule that the alerting rule depends on. */
export interface RecordingDelay {
  /** Evaluation interval of the recording rule's group. */
  readonly evaluationMs: number;
  /** Where the wait comes from, for reports. */
  readonly source: string;
  /**
   * The recording rule follows its reader in the same group, so the reader sees the result of the evaluation before.
   */
  readonly roundLater?: boolean;
}

/** The inputs of the detection time of one alert. Durations are in milliseconds, at the pace of the drill. */
export interface FloorInputs extends FloorComparison {
  /** λp: requests per second that the fault hits. */
  readonly failingPerSecond: number;
  /** E: how often the service exports. */
  readonly exportIntervalMs: number;
  /** X: the fault shows as a series that goes away, which its exporter drops this long after the last export. */
  readonly expiryMs?: number;
  /** b: the collector's batch timeout. */
  readonly batchMs: number;
  /** S: scrape interval, the longest of the jobs that may scrape the metric; 0 for pushed metrics. */
  readonly scrapeMs: number;
  /** L: ingest time of logs or traces, or flush interval of span metrics; 0 for the service's own metrics. */
  readonly ingestMs: number;
  /** The rule's condition, where it is more than the single comparison of these inputs. */
  readonly condition?: FloorCondition;
  /** Recording rules between the samples and the alerting rule, in evaluation order. */
  readonly recordings?: readonly RecordingDelay[];
  /** e: failing share of the requests while the fault lasts, 0 to 1. */
  readonly errorRatio?: number;
  /** H: duration of healthy traffic before the fault, when it may be less than W. */
  readonly healthyHistoryMs?: number;
  /** Q: the rule group's `query_offset`. */
  readonly queryOffsetMs: number;
  /** I: evaluation interval of the rule group. */
  readonly evaluationMs: number;
  /** The source of I, if it is not the rule group alone. */
  readonly evaluationSource?: string;
  /** P: time over which Grafana spreads the rules of one scheduler tick; 0 for Prometheus. */
  readonly spreadMs?: number;
  /** F: `for`. */
  readonly forMs: number;
  readonly keepFiringForMs: number;
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  /** Another alert of the same group fires first. */
  readonly joins?: JoinedGroup;
  /** A silence of the scenario matches the alert; how long it lasts after the injection. */
  readonly silencedMs?: number;
  /** D: delivery time from Alertmanager to the receiver. */
  readonly deliveryMs: number;
}

/** An alert group that already holds another alert. */
export interface JoinedGroup {
  /** Name of the other alert. */
  readonly alert: string;
  /** Whether the group has been notified already, so that the next message is due after group_interval. */
  readonly notified: 'surely' | 'perhaps' | 'not yet';
}
