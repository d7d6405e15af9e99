import type { ScenarioInput } from '../core/scenario.ts';

export const prometheusDown: ScenarioInput = {
  name: 'prometheus-down',
  title: 'Prometheus is down',
  summary:
    "Prometheus is killed; a second one must page PrometheusDown, and the dead-man's switch must page too",
  stacks: ['metrics'],
  with: ['watchers'],
  load: { rates: { search: 2, catalog: 2, login: 1, checkout: 2 }, warmUp: '2m' },
  quietFor: '1m',
  fault: {
    kind: 'kill-component',
    params: { component: 'prometheus' },
    telemetry: { signal: 'query', query: 'up{job="prometheus"} == 0' },
    atLeast: 1,
  },
  expectations: [
    {
      kind: 'page',
      alert: 'PrometheusDown',
      receiver: 'pagerduty',
      contactPoint: 'watchers',
      within: '3m',
      labels: { severity: 'page', team: 'platform', instance: 'prometheus' },
      resolvedWithin: '3m',
    },
    // Alertmanager keeps the Watchdog until it expires, four minutes after Prometheus sent it last.
    { kind: 'dead-mans-switch', receiver: 'pagerduty', within: '9m', resolvedWithin: '3m' },
  ],
  settleFor: '1m',
};
