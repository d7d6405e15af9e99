import type { ScenarioInput } from '../core/scenario.ts';

export const cascade: ScenarioInput = {
  name: 'cascade',
  title: 'The database dies, and everything with it',
  summary:
    'Postgres is killed; DatabaseDown must page PagerDuty once and inhibit the alerts of all that fails with it',
  stacks: ['metrics'],
  with: ['cascade'],
  load: { rates: { search: 5, catalog: 5, login: 2, checkout: 8 }, warmUp: '2m' },
  quietFor: '1m',
  fault: {
    kind: 'kill-instance',
    params: { pod: 'postgres' },
    hits: { journey: 'catalog', status: [500] },
    telemetry: {
      signal: 'metric',
      metric: 'otel_app_http_request_duration_milliseconds_count',
      labels: { job: 'orders', http_response_status_code: '500' },
    },
    atLeast: 10,
  },
  expectations: [
    {
      kind: 'page',
      alert: 'DatabaseDown',
      receiver: 'pagerduty',
      within: '4m',
      labels: { severity: 'page', team: 'platform', job: 'orders', dependency: 'postgres' },
      resolvedWithin: '10m',
      notifications: { atMost: 1 },
    },
    {
      kind: 'suppressed',
      alerts: ['OrdersFailing', 'StorefrontFailing', 'SearchFailing', 'CheckoutErrorRateHigh'],
      by: 'DatabaseDown',
    },
  ],
  // The database is what orders itself needs; the storefront needs orders, and stays in rotation.
  proofs: [
    { kind: 'readiness', pods: ['orders'], answers: 503 },
    { kind: 'readiness', pods: ['storefront'] },
  ],
  settleFor: '1m',
};
