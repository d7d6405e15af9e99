import type { ScenarioInput } from '../core/scenario.ts';
import { budgetBurnSlow } from './budget-burn-slow.ts';
import { checkoutErrors } from './checkout-errors.ts';

export const budgetExhausted: ScenarioInput = {
  name: 'budget-exhausted',
  title: 'An outage uses up what is left of the error budget',
  summary:
    'failed payments spend the last 5 % of the budget; CheckoutBudgetSpent must say so, and the dashboard agree',
  with: ['slo', 'freeze'],
  load: {
    rates: { search: 2, catalog: 2, login: 2, checkout: 8 },
    warmUp: '10m',
    history: '30d',
    pastFailures: budgetBurnSlow.load.pastFailures,
  },
  quietFor: '1m',
  fault: {
    ...checkoutErrors.fault,
    params: { share: 0.3 },
  },
  expectations: [
    {
      kind: 'page',
      alert: 'CheckoutBudgetSpent',
      receiver: 'slack',
      within: '20m',
      labels: { severity: 'ticket', team: 'payments' },
      // The floor knows of this rule only that it looks back 30 days.
      belowFloor: true,
      // The failures leave the budget after 30 days.
      resolvedWithin: 'outlasts',
    },
    // The outage itself.
    {
      kind: 'page',
      alert: 'CheckoutSuccessBudgetBurn',
      receiver: 'pagerduty',
      within: '6m',
      labels: { severity: 'page', team: 'payments' },
      resolvedWithin: '45m',
    },
    {
      kind: 'page',
      alert: 'CheckoutSuccessBudgetBurn',
      receiver: 'slack',
      within: '20m',
      labels: { severity: 'ticket', team: 'payments' },
      // Over 6 hours the failures are more than the budget allows until they are 6 hours old.
      resolvedWithin: 'outlasts',
    },
    {
      kind: 'page',
      alert: 'CheckoutErrorRateHigh',
      receiver: 'slack',
      within: '5m',
      labels: { severity: 'critical', team: 'payments' },
      resolvedWithin: '8m',
    },
    {
      kind: 'page',
      alert: 'Failed Payments',
      receiver: 'slack',
      within: '8m',
      labels: { severity: 'warning', team: 'payments', service: 'orders' },
      resolvedWithin: '4m',
    },
  ],
  proofs: [
    {
      kind: 'budget',
      journey: 'checkout',
      objective: 99.9,
      period: '30d',
      dashboard: 'Error budgets',
      panel: 'Checkout budget left',
      tolerance: 0.1,
    },
  ],
  // Longer than the window of 5 minutes of which the budget is made.
  settleFor: '7m',
};
