import type { ScenarioInput } from '../core/scenario.ts';
import { checkoutErrors } from './checkout-errors.ts';

export const budgetBurnFast: ScenarioInput = {
  name: 'budget-burn-fast',
  title: 'Failures use up the error budget of 30 days in hours',
  summary: '30 % of the payments fail; CheckoutSuccessBudgetBurn must page PagerDuty after three minutes',
  stacks: ['metrics', 'full'],
  with: ['slo'],
  load: { rates: { search: 5, catalog: 5, login: 2, checkout: 8 }, warmUp: '10m', history: '3d' },
  quietFor: '1m',
  fault: {
    ...checkoutErrors.fault,
    params: { share: 0.3 },
  },
  expectations: [
    // 14.4 times the budget over an hour and over 5 minutes, which takes 173 s of these failures. The ticket of the same
    // objective would come after 14 minutes.
    {
      kind: 'page',
      alert: 'CheckoutSuccessBudgetBurn',
      receiver: 'pagerduty',
      within: '6m',
      labels: { severity: 'page', team: 'payments' },
      // 6 times the budget over 6 hours and over 30 minutes stays true until the failures leave the 30 minutes.
      resolvedWithin: '45m',
    },
    {
      kind: 'page',
      alert: 'CheckoutErrorRateHigh',
      receiver: 'slack',
      within: '5m',
      labels: { severity: 'critical', team: 'payments' },
      resolvedWithin: '8m',
    },
  ],
  settleFor: '1m',
};
