/*
 * Burn rates of an error budget, after chapter 5 of the SRE Workbook: https://sre.google/workbook/alerting-on-slos/
 * Objectives and error ratios are shares from 0 to 1, windows and periods are milliseconds.
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
