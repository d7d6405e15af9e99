import type { ScenarioInput } from '../core/scenario.ts';

export const latencySpike: ScenarioInput = {
  name: 'latency-spike',
  title: 'The network between orders and its database is slow',
  summary: 'every statement takes 450 ms longer; High Latency must page Telegram',
  // Each waiting statement holds one of the 30 connections of orders: about 18 at these rates.
  load: { rates: { search: 3, catalog: 3, login: 1, checkout: 10 }, warmUp: '5m' },
  quietFor: '1m',
  fault: {
    kind: 'database-latency',
    // Below the 800 ms timeout of the readiness statement. A checkout has three statements and takes 1.4 s: above the
    // threshold of High Latency (1 s), and below that of CheckoutSlow (2.5 s), which must stay quiet.
    params: { latencyMs: 450 },
    hits: { journey: 'checkout', slowerThanMs: 1_000 },
    telemetry: {
      signal: 'metric',
      metric: 'otel_app_http_request_duration_milliseconds_bucket',
      labels: { job: 'storefront', http_route: '/checkout', le: '+Inf' },
      minus: { le: '1000' },
    },
    // With fewer than 100 requests the p99 would be the slowest request.
    atLeast: 120,
  },
  expectations: [
    {
      kind: 'page',
      alert: 'High Latency',
      receiver: 'telegram',
      within: '10m',
      labels: { severity: 'critical', team: 'backend', service: 'storefront' },
      resolvedWithin: '9m',
    },
  ],
  proofs: [
    {
      kind: 'p99',
      journey: 'checkout',
      query:
        'histogram_quantile(0.99, sum by (le) (increase(otel_app_http_request_duration_milliseconds_bucket{job="storefront", http_route="/checkout"}[$window])))',
      tolerance: 0.2,
    },
    // The sampling keeps slow traces.
    {
      kind: 'trace',
      query: '{ resource.service.name = "storefront" && name = "POST /checkout" && duration > 1s }',
      through: ['storefront', 'orders'],
      culprit: 'longest',
      matching: { name: '^pg\\.query:' },
    },
  ],
  settleFor: '1m',
};
