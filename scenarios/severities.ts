import type { ScenarioInput } from '../core/scenario.ts';

/** One fault that raises an alert of each severity. */
export const severities: ScenarioInput = {
  name: 'severities',
  title: 'One fault, an alert of each severity',
  summary: 'payments are slow and some fail; P1 to P4 must each arrive where it belongs, with its urgency',
  stacks: ['metrics'],
  with: ['severities'],
  load: { rates: { search: 4, catalog: 4, login: 2, checkout: 8 }, warmUp: '5m' },
  quietFor: '1m',
  fault: {
    kind: 'slow-dependency',
    params: { minMs: 2_500, maxMs: 5_000, failShare: 0.3 },
    hits: { journey: 'checkout', status: [502] },
    telemetry: {
      signal: 'metric',
      metric: 'otel_app_checkout_errors_total',
      labels: { reason: 'payment_failed' },
    },
    atLeast: 10,
  },
  expectations: [
    {
      kind: 'page',
      alert: 'CheckoutErrorRateHigh',
      receiver: 'pagerduty',
      contactPoint: 'pagerduty-p1',
      within: '5m',
      urgency: 'high',
      labels: { severity: 'P1', team: 'payments', job: 'storefront' },
      resolvedWithin: '8m',
    },
    {
      kind: 'page',
      alert: 'CheckoutSlow',
      receiver: 'pagerduty',
      contactPoint: 'pagerduty-p2',
      within: '30m',
      urgency: 'low',
      labels: { severity: 'P2', team: 'payments', job: 'storefront' },
      resolvedWithin: '8m',
    },
    {
      kind: 'page',
      alert: 'PaymentProviderSlow',
      receiver: 'slack',
      contactPoint: 'slack-tickets',
      within: '1h',
      labels: { severity: 'P3', team: 'payments', job: 'orders' },
      resolvedWithin: '9m',
    },
    {
      kind: 'page',
      alert: 'PaymentProviderDeclines',
      receiver: 'webhook',
      contactPoint: 'weekly-digest',
      within: '1h',
      labels: { severity: 'P4', team: 'payments', job: 'storefront' },
      resolvedWithin: 'never',
    },
  ],
  settleFor: '1m',
};
