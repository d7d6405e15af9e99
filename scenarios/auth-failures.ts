import type { ScenarioInput } from '../core/scenario.ts';

const failedLogins = '{service_name="storefront"} |= `failed login`';

export const authFailures: ScenarioInput = {
  name: 'auth-failures',
  title: 'Half of the logins fail',
  summary: 'half of the logins are answered 503; Login Failures must page the webhook, and nobody else',
  load: { rates: { search: 4, catalog: 4, login: 5, checkout: 4 }, warmUp: '2m' },
  quietFor: '1m',
  fault: {
    kind: 'auth-failures',
    params: { share: 0.5 },
    hits: { journey: 'login', status: [503] },
    telemetry: {
      signal: 'metric',
      metric: 'otel_app_http_request_duration_milliseconds_count',
      labels: { job: 'storefront', http_route: '/login', http_response_status_code: '503' },
    },
    atLeast: 10,
  },
  expectations: [
    {
      kind: 'page',
      alert: 'Login Failures',
      receiver: 'webhook',
      within: '6m',
      labels: { severity: 'critical', team: 'identity', service: 'storefront' },
      resolvedWithin: '5m',
    },
  ],
  proofs: [
    { kind: 'log', query: failedLogins },
    {
      kind: 'trace',
      through: ['storefront', 'orders'],
      culprit: 'failing',
      matching: { 'http.route': '^/logins$', 'http.response.status_code': '^503$' },
    },
  ],
  settleFor: '1m',
};
