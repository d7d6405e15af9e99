import type { ScenarioInput } from '../core/scenario.ts';

export const traceSampling: ScenarioInput = {
  name: 'trace-sampling',
  title: 'What the sampling keeps while searches fail and wait',
  summary: 'every failed and every slow request must have its trace in Tempo, and 1 % of the others',
  // Many requests that are neither: of fewer than a thousand, 1 % could as well be none.
  load: { rates: { search: 4, catalog: 36, login: 6, checkout: 6 }, warmUp: '5m' },
  quietFor: '1m',
  fault: {
    kind: 'database-lock',
    // Beyond the 3 s at which orders gives up: of the searches a third fails, the others are slow or just in time.
    params: { table: 'searches', holdMs: 4_300 },
    hits: { journey: 'search', slowerThanMs: 1_000 },
    telemetry: {
      signal: 'metric',
      metric: 'otel_app_http_request_duration_milliseconds_bucket',
      labels: { job: 'storefront', http_route: '/search', le: '+Inf' },
      minus: { le: '1000' },
    },
    // At three in four of four a second: long enough for the thousand others.
    atLeast: 85,
  },
  // A statement that orders gave up is an error that nobody foresaw, and one search in two takes over a second.
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
