import type { ScenarioInput } from '../core/scenario.ts';

export const fulfilmentBacklog: ScenarioInput = {
  name: 'fulfilment-backlog',
  title: 'The worker that fulfils orders hangs',
  summary:
    'every checkout is answered, but orders pile up in the queue; its age pages PagerDuty, its length Slack',
  stacks: ['metrics'],
  with: ['fulfilment'],
  load: { rates: { search: 4, catalog: 4, login: 2, checkout: 10 }, warmUp: '2m' },
  quietFor: '1m',
  fault: {
    kind: 'pause-instance',
    params: { pod: 'fulfilment' },
    telemetry: {
      signal: 'metric',
      metric: 'otel_app_fulfilment_queue_age_seconds',
      labels: { job: 'orders' },
      above: 5,
    },
    atLeast: 1,
  },
  // The queue grows as fast at any pace: after 10 s the oldest order is too old, after 6 s the queue is too long.
  expectations: [
    {
      kind: 'page',
      alert: 'FulfilmentDelayed',
      receiver: 'pagerduty',
      within: '8m',
      labels: { severity: 'page', team: 'payments', job: 'orders' },
      resolvedWithin: '8m',
    },
    {
      kind: 'page',
      alert: 'FulfilmentBacklog',
      receiver: 'slack',
      within: '8m',
      labels: { severity: 'ticket', team: 'payments', job: 'orders' },
      resolvedWithin: '8m',
    },
  ],
  settleFor: '1m',
};
