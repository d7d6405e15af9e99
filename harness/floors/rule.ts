/** An alerting rule as floors see it; lengths in milliseconds. */
export interface WrittenRule {
  readonly manager: 'prometheus' | 'grafana';
  /**
   * What its query reads; of a rule with several, the one with the longest window. `scrapes`: only whether they
   * succeed (`up`), which no service exports.
   */
  readonly reads: 'metrics' | 'scrapes' | 'logs';
  /** 0: none. */
  readonly windowMs: number;
  readonly threshold?: number;
  /** The rule counts log lines, and fires at this many in its window. */
  readonly hitsNeeded?: number;
  readonly forMs: number;
  readonly keepFiringForMs: number;
  readonly evaluationMs: number;
  readonly evaluationSource?: string;
  readonly spreadMs?: number;
  readonly queryOffsetMs: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly deliveryMs: number;
}
