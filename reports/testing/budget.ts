import type { Budget, DrillRecord } from '../../core/record.ts';
import { at, moments } from './basics.ts';
import { sampleRecord } from './sample-record.ts';

/** A ratio that rises during the fault to `peak`, and falls within so many seconds after it. */
const rise = (peak: number, fallsFor: number): Budget['windows'][number]['points'] => [
  [at(25), 0],
  [at(moments.firstHit), 0],
  [at(moments.firstHit + 2), peak / 2],
  [at(moments.reverted), peak],
  [at(moments.reverted + fallsFor), 0],
  [at(60), 0],
];

const windows = (
  condition: number,
  burnRate: number,
  ...named: [window: string, peak: number, falls: number][]
) =>
  named.map(([window, peak, falls]): Budget['windows'][number] => ({
    ...{ window, condition, burnRate, threshold: burnRate * 0.001 },
    points: rise(peak, falls),
  }));

/** The budget of a page on two burn rates; only the first one is reached over both windows. */
export const sampleBudget: Budget = {
  alert: 'CheckoutErrorRateHigh',
  labels: { severity: 'critical' },
  slo: 'checkout-success',
  objective: 0.999,
  windows: [
    ...windows(0, 14.4, ['5m', 0.4, 3], ['1h', 0.03, 8]),
    ...windows(1, 6, ['30m', 0.1, 5], ['6h', 0.004, 12]),
  ],
  remaining: [
    [at(25), 1],
    [at(moments.firstHit), 1],
    [at(moments.reverted), -0.2],
    [at(60), -0.2],
  ],
};

/** The sample with these budgets. */
export function budgetRecord(...budgets: Budget[]): DrillRecord {
  const record = sampleRecord();
  if (!record.evidence) throw new Error('the sample has no evidence');
  return { ...record, evidence: { ...record.evidence, budgets } };
}
