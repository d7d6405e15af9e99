import type { RecordingDelay } from '../../core/floor-inputs.ts';

/** Which rule it is: names alone may be shared. */
export interface RuleIdentity {
  readonly manager: 'prometheus' | 'grafana';
  /** Path of its file in the configuration as used. */
  readonly file: string;
  readonly group: string;
  /** Its place in the group, from 0. */
  readonly index: number;
  /** With `alertname`; values may be templates. */
  readonly labels: Readonly<Record<string, string>>;
}

/** A range of log lines in an expression, under the name of a metric that stands for it. */
export interface LogRange {
  readonly per: 'count' | 'second' | 'unknown';
  readonly windowMs: number;
}

/** An alerting rule as floors see it; lengths in milliseconds. */
export interface WrittenRule extends RuleIdentity {
  /**
   * What its queries read. `scrapes`: only whether they succeed (`up`), which no service exports.
   */
  readonly reads: 'metrics' | 'scrapes' | 'logs';
  /**
   * One PromQL expression, which has a result while the rule is true: recorded metrics are written out, and what
   * Grafana's expressions make of several queries is put together.
   */
  readonly expr: string;
  /** What stands for ranges of log lines in it. */
  readonly logs: ReadonlyMap<string, LogRange>;
  /** The recording rules on the way, the nearest to the samples first. */
  readonly recordings: readonly RecordingDelay[];
  readonly forMs: number;
  readonly keepFiringForMs: number;
  readonly evaluationMs: number;
  readonly evaluationSource?: string;
  readonly spreadMs?: number;
  readonly queryOffsetMs: number;
  readonly deliveryMs: number;
}
