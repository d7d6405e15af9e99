import type { ScenarioInput } from '../core/scenario.ts';

export const serviceDown: ScenarioInput = {
  name: 'service-down',
  title: 'One of two instances is down',
  summary:
    'storefront-2 is killed; Service Down Report must name it on Telegram, and resolve when it is up again',
  load: { rates: { search: 4, catalog: 6, login: 2, checkout: 4 }, warmUp: '2m' },
  quietFor: '1m',
  fault: {
    kind: 'kill-instance',
    params: { pod: 'storefront-2' },
    // The load still sends requests to the killed instance. They get no answer.
    hits: { journey: 'catalog', status: [0], instance: 'storefront-2' },
    telemetry: {
      signal: 'absence',
      metric: 'otel_process_memory_usage_bytes',
      labels: { job: 'storefront', instance: 'storefront-2' },
    },
    atLeast: 5,
  },
  expectations: [
    {
      kind: 'page',
      alert: 'Service Down Report',
      receiver: 'telegram',
      within: '5m',
      labels: { severity: 'page', team: 'platform', service: 'storefront', instance: 'storefront-2' },
      resolvedWithin: '5m',
    },
  ],
  settleFor: '1m',
};
