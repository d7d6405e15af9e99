import type { ScenarioInput } from '../core/scenario.ts';

export const budgetBurnBlip: ScenarioInput = {
  name: 'budget-burn-blip',
  title: 'A burst of failures that the error budget can bear',
  summary: '80 % of the payments fail for 30 s; no alert on the error budget fires, and nobody is paged',
  stacks: ['metrics', 'full'],
  with: ['slo'],
  load: { rates: { search: 5, catalog: 5, login: 2, checkout: 8 }, warmUp: '10m', history: '3d' },
  quietFor: '1m',
  fault: {
    kind: 'payment-failures',
    // 0.7 % of the requests of an hour: less than half of 14.4 times the budget. Over 5 minutes it is 8 %.
    params: { share: 0.8 },
    lasts: '30s',
    hits: { journey: 'checkout', status: [502] },
    telemetry: {
      signal: 'metric',
      metric: 'otel_app_checkout_errors_total',
      labels: { reason: 'payment_failed' },
    },
    atLeast: 3,
  },
  expectations: [{ kind: 'pending-only', alert: 'CheckoutErrorRateHigh' }],
  settleFor: '2m',
};
