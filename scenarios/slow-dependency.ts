import type { ScenarioInput } from '../core/scenario.ts';

export const slowDependency: ScenarioInput = {
  name: 'slow-dependency',
  title: 'The payment provider is slow',
  summary: 'payments take 2 to 5 s; the latency alerts must page, and every instance must stay ready',
  load: { rates: { search: 5, catalog: 5, login: 2, checkout: 5 }, warmUp: '5m' },
  quietFor: '1m',
  fault: {
    kind: 'slow-dependency',
    // Below the 6 s timeout of orders, so payments are slow but none fails.
    params: { minMs: 2_000, maxMs: 5_000 },
    hits: { journey: 'checkout', slowerThanMs: 1_500 },
    telemetry: {
      signal: 'metric',
      metric: 'otel_app_http_request_duration_milliseconds_bucket',
      labels: { job: 'storefront', http_route: '/checkout', le: '+Inf' },
      minus: { le: '1000' },
    },
    atLeast: 10,
  },
  // Users wait, so both latency alerts are right. No alert may report a service as down.
  expectations: [
    {
      kind: 'page',
      alert: 'High Latency',
      receiver: 'telegram',
      within: '10m',
      labels: { severity: 'critical', team: 'backend', service: 'storefront' },
      resolvedWithin: '9m',
    },
    {
      kind: 'page',
      alert: 'CheckoutSlow',
      receiver: 'webhook',
      within: '8m',
      labels: { severity: 'warning', team: 'payments', job: 'storefront' },
      resolvedWithin: '8m',
    },
  ],
  proofs: [
    { kind: 'readiness', pods: ['storefront', 'storefront-2', 'orders', 'payment-provider'] },
    {
      kind: 'trace',
      query: '{ resource.service.name = "storefront" && name = "POST /checkout" && duration > 2s }',
      through: ['storefront', 'orders'],
      culprit: 'longest',
      matching: { 'url.full': '/v1/charges$' },
    },
  ],
  settleFor: '1m',
};
