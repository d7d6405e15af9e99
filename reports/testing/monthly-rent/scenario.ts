import type { Scenario } from '../../../core/scenario.ts';

const errors = '{service_name="orders"} | severity_text="ERROR"';

export const monthlyRent: Scenario = {
  name: 'monthly-rent',
  title: 'A rarely used search fails, and somebody notices',
  summary: 'searches for monthly rent do not fit into VARCHAR(5); Bug Report must reach Telegram',
  stacks: ['full'],
  load: { script: 'shop', rates: { search: 12, monthly: 0.5 }, warmUp: '5m' },
  quietFor: '1m',
  fault: {
    kind: 'bad-migration',
    params: { length: 5 },
    hits: { journey: 'monthly', status: [502] },
    telemetry: { signal: 'log', query: errors },
    atLeast: 3,
  },
  expectations: [
    {
      kind: 'page',
      alert: 'Bug Report',
      receiver: 'telegram',
      within: '5m',
      labels: { severity: 'critical', team: 'backend', service: 'orders' },
      runbook: true,
      resolvedWithin: '10m',
      belowFloor: false,
    },
  ],
  proofs: [
    { kind: 'log', query: errors, traced: true },
    {
      kind: 'trace',
      through: ['storefront', 'orders'],
      culprit: 'failing',
      matching: { 'db.response.status_code': '^22001$' },
    },
    { kind: 'log-count', query: errors, noise: '{service_name=~".+"} | status="200"' },
    { kind: 'p99', journey: 'search', query: 'histogram_quantile(0.99, $window)', tolerance: 0.2 },
    { kind: 'readiness', pods: ['storefront', 'orders'], answers: 200 },
    { kind: 'sampling', slowerThanMs: 1000, share: 0.01 },
  ],
  settleFor: '1m',
};
