import type { Delivery, Page } from '../../core/record.ts';
import { parseScenario, type Scenario, type ScenarioInput } from '../../core/scenario.ts';

/*
 * For tests: a drill in which every expectation holds, and functions that change parts of it. The fault is injected at
 * second 0, and all times are seconds from there.
 */

export const alertName = 'CheckoutErrorRateHigh';
const start = Date.UTC(2026, 2, 4, 10, 30, 0, 250);

/** Returns the wall time this many seconds after the injection, in epoch milliseconds. */
export const at = (seconds: number): number => start + seconds * 1000;

export const pageLabels = { alertname: alertName, severity: 'critical', team: 'payments' };
export const runbookUrl = 'https://runbooks.internal/payments/checkout-errors';

const input: ScenarioInput = {
  name: 'checkout-errors',
  title: 'Half of the payments fail',
  summary: 'CheckoutErrorRateHigh must page Slack',
  load: { rates: { checkout: 8 }, warmUp: '2m' },
  quietFor: '1m',
  fault: {
    kind: 'payment-failures',
    hits: { journey: 'checkout', status: [502] },
    telemetry: { signal: 'metric', metric: 'errors_total', labels: { reason: 'payment_failed' } },
    atLeast: 10,
  },
  expectations: [
    // 20 s and 40 s at fast pace.
    {
      kind: 'page',
      alert: alertName,
      receiver: 'slack',
      within: '5m',
      resolvedWithin: '10m',
      labels: { severity: 'critical', team: 'payments' },
    },
  ],
  settleFor: '1m',
};

export const summary = 'More than 5 % of checkouts have failed for 2 minutes';

/** A message that Slack accepted. `texts`: its text by field. */
export const deliveryOf = (
  texts: Readonly<Record<string, string>>,
  changes: Partial<Delivery> = {},
): Delivery => ({
  receiver: 'slack',
  at: at(10.5),
  monotonicMs: 10_500,
  path: '/services/T0/B0/[redacted]',
  body: '{}',
  responseStatus: 200,
  responseBody: 'ok',
  texts: Object.entries(texts).map(([field, text]) => ({ field, text })),
  ...changes,
});

export const scenarioWith = (changes: Partial<ScenarioInput> = {}): Scenario =>
  parseScenario({ ...input, ...changes }, 'test');

export const pendingOnlyScenario = (): Scenario =>
  scenarioWith({
    fault: { ...input.fault, lasts: '30s' },
    expectations: [{ kind: 'pending-only', alert: alertName }],
  });

export const pageAt = (seconds: number, changes: Partial<Page> = {}): Page => ({
  receiver: 'slack',
  receivedAt: at(seconds),
  monotonicMs: seconds * 1000,
  status: 'firing',
  alert: alertName,
  labels: pageLabels,
  annotations: { runbook: runbookUrl },
  startsAt: at(9.5),
  links: ['http://127.0.0.1:9093/#/alerts?receiver=slack', runbookUrl],
  delivery: 0,
  title: '',
  text: '',
  precision: 'exact',
  ...changes,
});
