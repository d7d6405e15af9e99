import type { ScenarioInput } from '../core/scenario.ts';
import { grafanaDown } from './grafana-down.ts';

export const lokiNotIngesting: ScenarioInput = {
  ...grafanaDown,
  name: 'loki-not-ingesting',
  title: 'Loki takes no log lines',
  summary:
    'Loki is killed; the second Prometheus must page LokiDown, and no rule on logs may page in its place',
  fault: {
    kind: 'kill-component',
    params: { component: 'loki' },
    telemetry: { signal: 'query', query: 'up{job="loki"} == 0' },
    atLeast: 1,
  },
  expectations: [
    {
      kind: 'page',
      alert: 'LokiDown',
      receiver: 'pagerduty',
      contactPoint: 'watchers',
      within: '3m',
      labels: { severity: 'page', team: 'platform', instance: 'loki' },
      // Loki takes seconds to start, at any pace.
      resolvedWithin: '8m',
    },
  ],
};
