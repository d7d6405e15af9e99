import type { ScenarioInput } from '../core/scenario.ts';

export const traceSampling: ScenarioInput = {
  name: 'trace-sampling',
  title: 'Tail sampling while searches fail and wait',
  summary: 'every failed and every slow request must have its trace in Tempo, and 1 % of the others',
  // Many requests that are neither failed nor slow: with fewer than a thousand, 1 % could be none.
  load: { rates: { search: 4, catalog: 36, login: 6, checkout: 6 }, warmUp: '5m' },
  quietFor: '1m',
  fault: {
    kind: 'database-lock',
    // Above the 3 s timeout of orders: a third of the searches fails, the others are slow or just fast enough.
    params: { table: 'searches', holdMs: 4_300 },
    hits: { journey: 'search', slowerThanMs: 1_000 },
    telemetry: {
      signal: 'metric',
      metric: 'otel_app_http_request_duration_milliseconds_bucket',
      labels: { job: 'storefront', http_route: '/search', le: '+Inf' },
      minus: { le: '1000' },
    },
    // Three in four of four searches a second are hit, so 85 hits take long enough for the thousand other requests.
    atLeast: 85,
  },
  // A statement that times out in orders is an unexpected error, and one search in two takes over a second.
  expectations: [
    {
      kind: 'page',
      alert: 'Bug Report',
      receiver: 'telegram',
      within: '4m',
      labels: { severity: 'critical', team: 'backend', service: 'orders' },
      resolvedWithin: '8m',
    },
    {
      kind: 'page',
      alert: 'High Latency',
      receiver: 'telegram',
      within: '10m',
      labels: { severity: 'critical', team: 'backend', service: 'storefront' },
      resolvedWithin: '9m',
    },
  ],
  proofs: [{ kind: 'sampling', slowerThanMs: 1_000, share: 0.01 }],
  settleFor: '1m',
};
