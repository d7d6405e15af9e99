import type { ScenarioInput } from '../core/scenario.ts';

export const collectorDown: ScenarioInput = {
  name: 'collector-down',
  title: 'The Collector of an instance is down',
  summary:
    'the sidecar of storefront-1 is killed; TelemetryDown must page, since no alert on its metrics can',
  stacks: ['metrics'],
  load: { rates: { search: 2, catalog: 2, login: 1, checkout: 2 }, warmUp: '2m' },
  quietFor: '1m',
  fault: {
    kind: 'kill-component',
    params: { component: 'storefront-sidecar' },
    telemetry: { signal: 'query', query: 'up{job="sidecars",instance="storefront-1"} == 0' },
    atLeast: 1,
  },
  expectations: [
    {
      kind: 'page',
      alert: 'TelemetryDown',
      receiver: 'pagerduty',
      within: '3m',
      labels: { severity: 'page', team: 'platform', instance: 'storefront-1' },
      resolvedWithin: '7m',
    },
  ],
  settleFor: '1m',
};
