/*
 * Burn rates of an error budget, after chapter 5 of the SRE Workbook: https://sre.google/workbook/alerting-on-slos/
 * Objectives and error ratios are shares from 0 to 1, windows and periods are milliseconds. The formulas take traffic as
 * constant and the window as continuous; what samples and intervals add is in the floor (`assertions/floor.ts`).
 */

/** One condition of a multiwindow alert: the budget burns this fast over both windows. */
export interface BurnRateWindows {
  readonly severity: 'page' | 'ticket';
  /** How many times faster than allowed the budget burns: 1 spends all of it in exactly one period. */
  readonly burnRate: number;
  readonly longMs: number;
  readonly shortMs: number;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** The period of the objectives for which the burn rates below are meant. */
export const periodMs = 30 * day;

/**
 * The burn rates that are alerted on: an alert of a severity fires on either of its two. Those of table 5-8 of the
 * Workbook, and between them the ticket over a day, of the rules in the same chapter.
 */
export const burnRates: readonly BurnRateWindows[] = [
  { severity: 'page', burnRate: 14.4, longMs: hour, shortMs: 5 * minute },
  { severity: 'page', burnRate: 6, longMs: 6 * hour, shortMs: 30 * minute },
  { severity: 'ticket', burnRate: 3, longMs: day, shortMs: 2 * hour },
  { severity: 'ticket', burnRate: 1, longMs: 3 * day, shortMs: 6 * hour },
];

/** θ = B(1−SLO): the error ratio above which a burn rate is reached. */
export const errorThreshold = (burnRate: number, objective: number): number => burnRate * (1 - objective);

/** The objective at which θ is 1, so that no error ratio reaches the burn rate. It is reachable above that objective. */
export const objectiveOutOfReach = (burnRate: number): number => 1 - 1 / burnRate;

/** B = f·P/W: the burn rate that spends the share f of the period's budget within the window. */
export const burnRateOf = (budgetShare: number, windowMs: number, ofPeriodMs = periodMs): number =>
  (budgetShare * ofPeriodMs) / windowMs;

/** B·W/P: the share of the period's budget that is spent when an alert with this burn rate and long window fires. */
export const budgetSpent = (burnRate: number, windowMs: number, ofPeriodMs = periodMs): number =>
  (burnRate * windowMs) / ofPeriodMs;

/** An alert on a burn rate over one window, and the share of requests that fail. */
export interface Burning {
  readonly objective: number;
  readonly burnRate: number;
  readonly windowMs: number;
  readonly errorRatio: number;
}

/**
 * ((1−SLO)/e)·W·B: the time from the first failure until the ratio over the window rises above θ. With only H of healthy
 * traffic before it, the window is not full and the time is H·θ/(e−θ).
 *
 * @param historyMs H; a full window if left out.
 * @returns milliseconds, or `undefined` if θ is never exceeded (e ≤ θ).
 */
export function detectionMs(
  { objective, burnRate, windowMs, errorRatio }: Burning,
  historyMs = windowMs,
): number | undefined {
  const threshold = errorThreshold(burnRate, objective);
  if (errorRatio <= threshold) return undefined;
  // When the failures begin to leave a window that has filled up, both are the same.
  return Math.min((threshold * windowMs) / errorRatio, (threshold * historyMs) / (errorRatio - threshold));
}

/**
 * W(1−θ/e): the time from the last failure until the ratio over the window is back at θ, if the failures have filled the
 * window. Of several windows the shortest decides.
 *
 * @returns milliseconds, or `undefined` if θ was never exceeded (e ≤ θ).
 */
export function resetMs({ objective, burnRate, windowMs, errorRatio }: Burning): number | undefined {
  const threshold = errorThreshold(burnRate, objective);
  return errorRatio <= threshold ? undefined : windowMs * (1 - threshold / errorRatio);
}
