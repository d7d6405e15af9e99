import type { ScenarioInput } from '../core/scenario.ts';

export const multiSignal: ScenarioInput = {
  name: 'multi-signal',
  title: 'A slow dependency, confirmed by metrics and traces',
  summary: 'payments take 1 to 1.6 s; CheckoutLatencyConfirmed pages PagerDuty, as metrics and spans agree',
  stacks: ['metrics'],
  with: ['span-metrics'],
  load: { rates: { search: 5, catalog: 5, login: 2, checkout: 8 }, warmUp: '2m' },
  quietFor: '1m',
  fault: {
    kind: 'slow-dependency',
    // Below the threshold of CheckoutSlow (2.5 s), which must stay quiet.
    params: { minMs: 1_000, maxMs: 1_600 },
    hits: { journey: 'checkout', slowerThanMs: 950 },
    telemetry: {
      signal: 'metric',
      metric: 'otel_traces_span_metrics_duration_milliseconds_bucket',
      labels: { job: 'storefront', span_name: 'POST /checkout', span_kind: 'SPAN_KIND_SERVER', le: '+Inf' },
      minus: { le: '500' },
    },
    atLeast: 10,
  },
  expectations: [
    {
      kind: 'page',
      alert: 'CheckoutLatencyConfirmed',
      receiver: 'pagerduty',
      within: '6m',
      labels: { severity: 'page', team: 'payments', job: 'storefront' },
      resolvedWithin: '9m',
    },
  ],
  settleFor: '1m',
};
