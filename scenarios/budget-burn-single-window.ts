import type { ScenarioInput } from '../core/scenario.ts';
import { budgetBurnFast } from './budget-burn-fast.ts';

export const budgetBurnSingleWindow: ScenarioInput = {
  ...budgetBurnFast,
  name: 'budget-burn-single-window',
  title: 'A burn-rate alert over an hour alone',
  summary:
    'half of the payments fail; ErrorBudgetBurnRateFast pages after 20 minutes, and stays on for most of an hour',
  with: ['budget'],
  load: { rates: { search: 5, catalog: 5, login: 2, checkout: 8 }, warmUp: '2m', history: '1h' },
  fault: { ...budgetBurnFast.fault, params: { share: 0.5 } },
  expectations: [
    // 14.4 % of the requests of an hour must fail, and `for: 5m`: compare budget-burn-fast.
    {
      kind: 'page',
      alert: 'ErrorBudgetBurnRateFast',
      receiver: 'pagerduty',
      within: '40m',
      labels: { severity: 'page', team: 'payments' },
      resolvedWithin: '1h',
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
};
