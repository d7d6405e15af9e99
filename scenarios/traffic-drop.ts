import type { ScenarioInput } from '../core/scenario.ts';

export const trafficDrop: ScenarioInput = {
  name: 'traffic-drop',
  title: 'Four requests in five stay away',
  summary: 'no request fails, but the load falls to a fifth of yesterday; TrafficDropped must page PagerDuty',
  stacks: ['metrics'],
  with: ['traffic'],
  load: {
    rates: { search: 5, catalog: 5, login: 2, checkout: 8 },
    warmUp: '5m',
    // The day before, the window of the rule and one sample.
    history: '25h',
  },
  quietFor: '1m',
  fault: {
    kind: 'traffic-change',
    params: { factor: 0.2 },
    telemetry: {
      signal: 'metric',
      metric: 'otel_app_checkout_attempts_total',
      labels: { job: 'storefront' },
      rateOver: '1m',
      below: 4,
    },
    atLeast: 1,
  },
  expectations: [
    {
      kind: 'page',
      alert: 'TrafficDropped',
      receiver: 'pagerduty',
      within: '8m',
      labels: { severity: 'page', team: 'platform', job: 'storefront' },
      resolvedWithin: '9m',
    },
  ],
  settleFor: '1m',
};
