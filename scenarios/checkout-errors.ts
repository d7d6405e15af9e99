import type { ScenarioInput } from '../core/scenario.ts';

export const checkoutErrors: ScenarioInput = {
  name: 'checkout-errors',
  title: 'Half of the payments fail',
  summary: 'the payment provider fails half of the payments; CheckoutErrorRateHigh must page Slack',
  stacks: ['full', 'metrics'],
  load: { rates: { search: 5, catalog: 5, login: 2, checkout: 8 }, warmUp: '2m' },
  quietFor: '1m',
  fault: {
    kind: 'payment-failures',
    params: { share: 0.5 },
    hits: { journey: 'checkout', status: [502] },
    telemetry: {
      signal: 'metric',
      metric: 'otel_app_checkout_errors_total',
      labels: { reason: 'payment_failed' },
    },
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
    // The same failures in the logs: four lines a second, far above the rule's threshold of one in twenty seconds.
    {
      kind: 'page',
      alert: 'Failed Payments',
      receiver: 'slack',
      within: '8m',
      labels: { severity: 'warning', team: 'payments', service: 'orders' },
      resolvedWithin: '4m',
      stacks: ['full'],
    },
  ],
  proofs: [
    { kind: 'log', query: '{service_name="orders"} |= `failed payment`' },
    // The provider is a third party without spans of ours, so the failing span is the call to it.
    {
      kind: 'trace',
      through: ['storefront', 'orders'],
      culprit: 'failing',
      matching: { 'url.full': '/v1/charges$', 'http.response.status_code': '^503$' },
    },
  ],
  settleFor: '1m',
};
