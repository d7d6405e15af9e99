import type { ScenarioInput } from '../core/scenario.ts';
import { checkoutErrors } from './checkout-errors.ts';

export const budgetLowTraffic: ScenarioInput = {
  name: 'budget-low-traffic',
  title: 'A few failures where there is little traffic',
  summary:
    'every checkout fails for 5 minutes at half a request a second; only the alert without a least traffic pages',
  stacks: ['metrics', 'full'],
  with: ['low-traffic'],
  // At fast pace two checkouts in a minute of the drilled time: an hour has 120.
  load: { rates: { search: 2, catalog: 2, checkout: 0.5 }, warmUp: '10m', history: '1h' },
  quietFor: '1m',
  fault: {
    ...checkoutErrors.fault,
    params: { share: 1 },
    lasts: '5m',
    atLeast: 3,
  },
  expectations: [
    // Two failures in an hour are enough. CheckoutBurnAtEnoughTraffic must page nobody.
    {
      kind: 'page',
      alert: 'CheckoutBurnAtAnyTraffic',
      receiver: 'pagerduty',
      within: '5m',
      labels: { severity: 'page', team: 'payments' },
      resolvedWithin: '10m',
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
