import type { ScenarioInput } from '../core/scenario.ts';
import { checkoutErrors } from './checkout-errors.ts';

export const budgetBurnSlow: ScenarioInput = {
  name: 'budget-burn-slow',
  title: 'A few failures more than the error budget allows',
  summary: 'one payment in 180 fails; CheckoutSuccessBudgetBurn must open a ticket on Slack, and page nobody',
  stacks: ['metrics', 'full'],
  with: ['slo'],
  load: {
    rates: { search: 2, catalog: 2, login: 2, checkout: 10 },
    warmUp: '10m',
    history: '3d',
    // The budget has just lasted so far: without this past the ticket would take half a day.
    pastFailures: {
      counter: 'otel_app_checkout_errors_total',
      labels: { reason: 'payment_failed' },
      of: 'otel_app_checkout_attempts_total',
      share: 0.00095,
    },
  },
  quietFor: '1m',
  fault: {
    ...checkoutErrors.fault,
    // Less than six times the budget, so that no page may come however long it lasts.
    params: { share: 0.0055 },
    atLeast: 2,
  },
  expectations: [
    {
      kind: 'page',
      alert: 'CheckoutSuccessBudgetBurn',
      receiver: 'slack',
      within: '4h',
      labels: { severity: 'ticket', team: 'payments' },
      resolvedWithin: '6h',
    },
  ],
  settleFor: '1m',
};
