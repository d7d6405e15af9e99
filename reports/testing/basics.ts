import type { LoadResult } from '../../core/record.ts';
import type { Scenario } from '../../core/scenario.ts';

/*
 * Parts of sample records, for the tests of the renderers and for looking at the reports. The numbers are
 * those of a drill at fast pace: export, scrape and evaluation every second, `for: 8s`.
 */

export const sampleKinds = ['held', 'never-crossed', 'routed-elsewhere', 'broken', 'interrupted'] as const;
export type SampleKind = (typeof sampleKinds)[number];

const start = Date.UTC(2026, 2, 4, 10, 30, 0);

/** Wall time, so many seconds after the sample drill started. */
export const at = (seconds: number): number => start + Math.round(seconds * 1000);

/** Seconds into the drill at which the fault was injected, first and last hit, and reverted. */
export const moments = { injected: 31.5, firstHit: 31.68, lastHit: 42.44, reverted: 42.5 } as const;

export const sampleScenario: Scenario = {
  name: 'checkout-errors',
  title: 'Failing payments page the payments team',
  summary: 'Half of the payments fail; CheckoutErrorRateHigh must reach Slack and PagerDuty.',
  stacks: ['full'],
  load: { script: 'shop', rates: { search: 12, checkout: 8 }, warmUp: '5m' },
  quietFor: '90s',
  fault: {
    kind: 'payment-failures',
    params: { share: 0.5 },
    hits: { journey: 'checkout', status: [502] },
    telemetry: {
      signal: 'metric',
      metric: 'app_checkout_errors_total',
      labels: { reason: 'payment_refused' },
    },
    atLeast: 5,
  },
  expectations: (['slack', 'pagerduty'] as const).map((receiver) => ({
    kind: 'page',
    alert: 'CheckoutErrorRateHigh',
    receiver,
    within: '5m',
    labels: { severity: 'critical', team: 'payments' },
    runbook: true,
    resolvedWithin: '10m',
    belowFloor: false,
  })),
  proofs: [],
  settleFor: '90s',
};

/** 20 requests each second, give or take; half of the 8 checkouts fail while the fault is in. */
export const loadSeconds = (from: number, to: number): LoadResult['seconds'] =>
  Array.from({ length: to - from }, (_, i) => {
    const s = from + i;
    const share = Math.max(0, Math.min(s + 1, moments.reverted) - Math.max(s, moments.injected));
    const hit = share === 0 ? 0 : Math.max(1, Math.round(share * (4 + ((i * 7) % 3) - 1)));
    return { at: at(s), requests: 20 + ((i * 5) % 3) - 1, failed: hit, hit };
  });
