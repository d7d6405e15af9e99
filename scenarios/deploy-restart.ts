import type { ScenarioInput } from '../core/scenario.ts';

const pods = ['storefront', 'storefront-2', 'storefront-3', 'storefront-4'];

export const deployRestart: ScenarioInput = {
  name: 'deploy-restart',
  title: 'A rolling restart pages nobody',
  summary: 'four storefronts are restarted one after the other, as by a deployment; no page may come',
  stacks: ['metrics'],
  with: ['fleet'],
  load: { rates: { search: 2, catalog: 8, login: 1, checkout: 4 }, warmUp: '2m' },
  quietFor: '1m',
  fault: {
    kind: 'rolling-restart',
    params: { pods },
    // The load still sends requests to the instance that is down. They get no answer.
    hits: { journey: 'catalog', status: [0] },
    // Only a start that takes longer than the Collector remembers the instance shows in the metrics.
    telemetry: {
      signal: 'absence',
      metric: 'otel_process_memory_usage_bytes',
      labels: { job: 'storefront' },
    },
    atLeast: 4,
  },
  expectations: [],
  proofs: [{ kind: 'readiness', pods: ['orders'] }],
  // A page of InstanceMissing would come within this time.
  settleFor: '4m',
};
