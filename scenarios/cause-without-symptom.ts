import type { ScenarioInput } from '../core/scenario.ts';

const pod = 'storefront';

export const causeWithoutSymptom: ScenarioInput = {
  name: 'cause-without-symptom',
  title: 'A batch job that no user notices',
  summary:
    'the storefront burns CPU and answers as before; InstanceBusy must be a ticket, and nobody is paged',
  stacks: ['metrics'],
  with: ['causes'],
  load: { rates: { search: 4, catalog: 4, login: 2, checkout: 4 }, warmUp: '3m' },
  quietFor: '1m',
  fault: {
    kind: 'resource-pressure',
    // Well above the rule's threshold, and the instance still answers in time.
    params: { pod, cpuShare: 0.7 },
    // The fault hits no request.
    telemetry: {
      signal: 'metric',
      metric: 'otel_process_cpu_utilization_ratio',
      labels: { job: 'storefront' },
      above: 0.4,
    },
    atLeast: 1,
  },
  expectations: [
    {
      kind: 'page',
      alert: 'InstanceBusy',
      receiver: 'slack',
      within: '8m',
      labels: { severity: 'ticket', team: 'platform', job: 'storefront' },
      resolvedWithin: '9m',
    },
  ],
  settleFor: '1m',
};
