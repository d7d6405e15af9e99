import type { ScenarioInput } from '../core/scenario.ts';
import { prometheusDown } from './prometheus-down.ts';

export const alertmanagerDown: ScenarioInput = {
  ...prometheusDown,
  name: 'alertmanager-down',
  title: 'Alertmanager is down',
  summary:
    "Alertmanager is killed; a second one must page AlertmanagerDown, and the dead-man's switch must page too",
  fault: {
    kind: 'kill-component',
    params: { component: 'alertmanager' },
    telemetry: { signal: 'query', query: 'up{job="alertmanager"} == 0' },
    atLeast: 1,
  },
  expectations: [
    {
      kind: 'page',
      alert: 'AlertmanagerDown',
      receiver: 'pagerduty',
      contactPoint: 'watchers',
      within: '3m',
      labels: { severity: 'page', team: 'platform', instance: 'alertmanager' },
      resolvedWithin: '3m',
    },
    { kind: 'dead-mans-switch', receiver: 'pagerduty', within: '4m', resolvedWithin: '3m' },
  ],
};
