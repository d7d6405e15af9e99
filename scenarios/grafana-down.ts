import type { ScenarioInput } from '../core/scenario.ts';
import { prometheusDown } from './prometheus-down.ts';

export const grafanaDown: ScenarioInput = {
  ...prometheusDown,
  name: 'grafana-down',
  title: 'Grafana is down',
  summary:
    'Grafana is killed, and with it every alert that it evaluates; the second Prometheus must page GrafanaDown',
  stacks: ['full'],
  fault: {
    kind: 'kill-component',
    params: { component: 'grafana' },
    telemetry: { signal: 'query', query: 'up{job="grafana"} == 0' },
    atLeast: 1,
  },
  expectations: [
    {
      kind: 'page',
      alert: 'GrafanaDown',
      receiver: 'pagerduty',
      contactPoint: 'watchers',
      within: '3m',
      labels: { severity: 'page', team: 'platform', instance: 'grafana' },
      // Grafana takes seconds to start, at any pace.
      resolvedWithin: '8m',
    },
  ],
};
