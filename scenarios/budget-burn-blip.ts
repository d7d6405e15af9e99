import type { ScenarioInput } from '../core/scenario.ts';
import { budgetBurnFast } from './budget-burn-fast.ts';
import { checkoutErrors } from './checkout-errors.ts';

export const budgetBurnBlip: ScenarioInput = {
  name: 'budget-burn-blip',
  title: 'A burst of failures that the error budget can bear',
  summary: '80 % of the payments fail for 30 s; no alert on the error budget fires, and nobody is paged',
  stacks: ['metrics', 'full'],
  with: ['slo'],
  load: budgetBurnFast.load,
  quietFor: '1m',
  fault: {
    ...checkoutErrors.fault,
    // 0.7 % of the requests of an hour: less than half of 14.4 times the budget. Over 5 minutes it is 8 %.
    params: { share: 0.8 },
    lasts: '30s',
    atLeast: 3,
  },
  expectations: [{ kind: 'pending-only', alert: 'CheckoutErrorRateHigh' }],
  settleFor: '2m',
};
