import type { ScenarioInput } from '../core/scenario.ts';

export const checkoutErrors: ScenarioInput = {
  name: 'checkout-errors',
  title: 'Half of the payments fail',
  summary: 'the payment provider fails every second payment; CheckoutErrorRateHigh must page Slack',
  load: { rates: { search: 5, catalog: 5, login: 2, checkout: 8 }, warmUp: '2m' },
  quietFor: '1m',
  fault: {
    kind: 'payment-failures',
    params: { share: 0.5 },
    hits: { journey: 'checkout', status: [502] },
    telemetry: { metric: 'otel_app_checkout_errors_total', labels: { reason: 'payment_failed' } },
    atLeast: 10,
  },
  expectations: [
    {
      kind: 'page',
      alert: 'CheckoutErrorRateHigh',
      receiver: 'slack',
      within: '5m',
      labels: { severity: 'critical', team: 'payments', job: 'storefront' },
      resolvedWithin: '8m',
    },
  ],
  settleFor: '1m',
};
