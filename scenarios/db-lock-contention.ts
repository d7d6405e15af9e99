import type { ScenarioInput } from '../core/scenario.ts';

export const dbLockContention: ScenarioInput = {
  name: 'db-lock-contention',
  title: 'A job keeps a table locked',
  summary:
    'searches wait for a lock for up to 2 s; High Latency must page Telegram, and the trace must name the statement',
  // Each waiting search holds one of the 30 connections of orders: six searches a second × two seconds = 12.
  load: { rates: { search: 6, catalog: 5, login: 2, checkout: 4 }, warmUp: '5m' },
  quietFor: '1m',
  fault: {
    kind: 'database-lock',
    // Below the 3 s timeout of orders, so searches are slow without an error, and Bug Report stays quiet. Only searches write
    // to this table.
    params: { table: 'searches', holdMs: 2_000 },
    hits: { journey: 'search', slowerThanMs: 1_000 },
    telemetry: {
      signal: 'metric',
      metric: 'otel_app_http_request_duration_milliseconds_bucket',
      labels: { job: 'storefront', http_route: '/search', le: '+Inf' },
      minus: { le: '1000' },
    },
    atLeast: 10,
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
    // The cause is the statement that waits, not the search itself or the query for listings.
    {
      kind: 'trace',
      query: '{ resource.service.name = "storefront" && name = "GET /search" && duration > 1s }',
      through: ['storefront', 'orders'],
      culprit: 'longest',
      matching: { name: '^pg\\.query:INSERT', 'db.query.text': 'INTO searches' },
    },
  ],
  settleFor: '1m',
};
