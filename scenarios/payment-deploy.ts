import type { ScenarioInput } from '../core/scenario.ts';

export const paymentDeploy: ScenarioInput = {
  name: 'payment-deploy',
  title: 'A deployment that fails payments is rolled back',
  summary: 'a new version fails 15 % of the payments; HighErrorRate must page Slack and roll it back, once',
  stacks: ['metrics'],
  with: ['deployments'],
  load: { rates: { search: 2, catalog: 2, login: 1, checkout: 10 }, warmUp: '5m' },
  quietFor: '1m',
  fault: {
    kind: 'deploy',
    params: { revision: '1.2.0', share: 0.15 },
    hits: { journey: 'checkout', status: [502] },
    telemetry: { signal: 'metric', metric: 'otel_app_payment_errors_total', labels: { reason: 'internal' } },
    atLeast: 5,
  },
  expectations: [
    {
      kind: 'page',
      alert: 'HighErrorRate',
      receiver: 'slack',
      within: '5m',
      labels: { severity: 'critical', team: 'payments', job: 'payments' },
      resolvedWithin: '8m',
    },
  ],
  proofs: [
    {
      kind: 'rollback',
      application: 'payments',
      within: '3m',
      errorRateBelow: 0.01,
      published: {
        detection: { before: '30m', after: '5m' },
        rollback: { before: '25m', after: '3m' },
        errorRate: { before: 0.05, after: 0.01 },
      },
    },
  ],
  settleFor: '1m',
};
