import type { ScenarioInput } from '../core/scenario.ts';

const pod = 'storefront';

export const causeWithoutSymptom: ScenarioInput = {
  name: 'cause-without-symptom',
  title: 'A batch job that no user notices',
  summary:
    'a batch job takes CPU and memory, and no request suffers; InstanceBusy is a ticket, and nobody is paged',
  stacks: ['metrics'],
  with: ['causes'],
  load: { rates: { search: 4, catalog: 4, login: 2, checkout: 4 }, warmUp: '3m' },
  quietFor: '1m',
  fault: {
    kind: 'resource-pressure',
    // Less than a whole core: the instance still answers in time.
    params: { pod, cpuShare: 0.7, memoryMiB: 450 },
    // The fault hits no request. On a busy machine it gets less CPU than it asks for, so its memory proves it.
    telemetry: {
      signal: 'metric',
      metric: 'otel_process_memory_usage_bytes',
      labels: { job: 'storefront' },
      above: 400 * 2 ** 20,
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
