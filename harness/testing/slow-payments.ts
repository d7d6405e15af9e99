import type { ScenarioInput } from '../../core/scenario.ts';
import { checkoutErrors } from '../../scenarios/checkout-errors.ts';

/** Slow payments, too short for CheckoutSlow to fire: they make no series that checkout-errors reads. */
export const slowPayments: ScenarioInput = {
  ...checkoutErrors,
  name: 'slow-payments',
  title: 'Payments are slow for a moment',
  stacks: ['metrics'],
  fault: {
    kind: 'slow-dependency',
    params: { minMs: 3_000, maxMs: 4_000 },
    lasts: '2m',
    hits: { journey: 'checkout', slowerThanMs: 1_500 },
    telemetry: {
      signal: 'metric',
      metric: 'otel_app_http_request_duration_milliseconds_bucket',
      labels: { job: 'storefront', http_route: '/checkout', le: '+Inf' },
      minus: { le: '1000' },
    },
    atLeast: 5,
  },
  expectations: [{ kind: 'pending-only', alert: 'CheckoutSlow' }],
  proofs: [],
};
