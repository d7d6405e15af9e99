import type { ScenarioInput } from '../core/scenario.ts';

export const manyInstances: ScenarioInput = {
  name: 'many-instances',
  title: 'Four instances fail at once',
  summary:
    'every payment fails; one message at Slack must list all four storefronts, and no second one may come',
  stacks: ['metrics'],
  with: ['fleet'],
  load: { rates: { search: 2, catalog: 2, login: 1, checkout: 10 }, warmUp: '2m' },
  quietFor: '1m',
  fault: {
    kind: 'payment-failures',
    params: { share: 1 },
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
      alert: 'InstanceCheckoutsFailing',
      receiver: 'slack',
      contactPoint: 'storefronts',
      within: '6m',
      labels: { severity: 'critical', team: 'payments', job: 'storefront' },
      resolvedWithin: '8m',
      notifications: { alertsInOne: 4, atMost: 1 },
    },
    // The alert of all instances together, which is another incident to Alertmanager.
    {
      kind: 'page',
      alert: 'CheckoutErrorRateHigh',
      receiver: 'slack',
      contactPoint: 'slack',
      within: '5m',
      labels: { severity: 'critical', team: 'payments', job: 'storefront' },
      resolvedWithin: '8m',
      notifications: { atMost: 1 },
    },
  ],
  settleFor: '1m',
};
