import type { DependencyPart, RuleReference } from './dependencies.ts';
import type { AlertLine, DrillLine } from './drill-line.ts';

/*
 * The ledger: for every alerting rule of a configuration, what drills have proven of it. It is plain data, computed from
 * drill lines and the files of today.
 */

/**
 * - proven: its last drills held, and nothing that it depends on has changed since.
 * - stale: its last drill held, on files that have changed since.
 * - failed: a last drill failed.
 * - never drilled: no drill has judged a page of it.
 */
export const ledgerStates = ['failed', 'stale', 'never drilled', 'proven'] as const;
export type LedgerState = (typeof ledgerStates)[number];

/** What one drill says of an alert. */
export interface LedgerDrill extends Pick<DrillLine, 'run' | 'at' | 'scenario' | 'pace' | 'stack'> {
  /** Of all pages of the alert that the scenario expects. */
  readonly outcome: 'pass' | 'fail';
  readonly pages: readonly AlertLine[];
  /** Parts that have changed since. */
  readonly changed: readonly DependencyPart[];
}

export interface LedgerAlert {
  readonly alert: string;
  readonly rule: RuleReference;
  /** Its file and line, for a person. */
  readonly where: string;
  readonly state: LedgerState;
  /** The drill that decides the state; absent: it was never drilled. */
  readonly drill?: LedgerDrill;
}

export interface Ledger {
  readonly system: string;
  /** When it was computed, epoch milliseconds. */
  readonly at: number;
  /** Number of drill lines of the system. */
  readonly drills: number;
  readonly alerts: readonly LedgerAlert[];
}

/** The share of proven alerts, from 0 to 1; `undefined` without any alert. */
export const shareProven = ({ alerts }: Pick<Ledger, 'alerts'>): number | undefined =>
  alerts.length === 0 ? undefined : alerts.filter(({ state }) => state === 'proven').length / alerts.length;
