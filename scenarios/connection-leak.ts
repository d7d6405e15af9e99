import type { ScenarioInput } from '../core/scenario.ts';

export const connectionLeak: ScenarioInput = {
  name: 'connection-leak',
  title: 'A pool of database connections is nearly used up',
  summary:
    'orders leaks 28 of 30 connections; DatabasePoolNearlyFull must page PagerDuty before requests fail',
  stacks: ['metrics'],
  with: ['saturation'],
  load: { rates: { search: 5, catalog: 5, login: 2, checkout: 8 }, warmUp: '2m' },
  quietFor: '1m',
  fault: {
    kind: 'connection-leak',
    // The load needs one connection for a tenth of the time, so that two are enough also on a busy machine.
    params: { connections: 28 },
    telemetry: {
      signal: 'metric',
      metric: 'otel_app_database_connections_used',
      labels: { job: 'orders' },
      above: 27,
    },
    atLeast: 1,
  },
  expectations: [
    {
      kind: 'page',
      alert: 'DatabasePoolNearlyFull',
      receiver: 'pagerduty',
      within: '5m',
      labels: { severity: 'page', team: 'backend', job: 'orders', instance: 'orders-1' },
      resolvedWithin: '8m',
    },
  ],
  settleFor: '1m',
};
