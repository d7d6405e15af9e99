import type { ScenarioInput } from '../core/scenario.ts';

const pod = 'storefront-2';

export const resourcePressure: ScenarioInput = {
  name: 'resource-pressure',
  title: 'One instance runs short of CPU and memory',
  summary: 'storefront-2 burns CPU and grows by 450 MiB; Resource Usage must name it on Telegram',
  load: { rates: { search: 4, catalog: 4, login: 2, checkout: 4 }, warmUp: '5m' },
  quietFor: '1m',
  fault: {
    kind: 'resource-pressure',
    // Less than a whole core: the instance still answers in time, so High Latency stays quiet.
    params: { pod, cpuShare: 0.8, memoryMiB: 450 },
    // The fault hits no request. 400 MiB is the rule's threshold.
    telemetry: {
      signal: 'metric',
      metric: 'otel_process_memory_usage_bytes',
      labels: { job: 'storefront', instance: pod },
      above: 400 * 2 ** 20,
    },
    atLeast: 1,
  },
  expectations: [
    {
      kind: 'page',
      alert: 'Resource Usage',
      receiver: 'telegram',
      within: '10m',
      labels: { severity: 'warning', team: 'platform', service: 'storefront', instance: pod },
      // CPU is an average over five minutes.
      resolvedWithin: '9m',
    },
  ],
  settleFor: '1m',
};
