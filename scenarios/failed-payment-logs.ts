import type { ScenarioInput } from '../core/scenario.ts';

/** The storefront logs a line for each request. The pipeline must keep the lines of requests that were not answered 200. */
const failedCheckouts = '{service_name="storefront"} |= `request` | status="502"';
const failedPayments = '{service_name="orders"} |= `failed payment`';

export const failedPaymentLogs: ScenarioInput = {
  name: 'failed-payment-logs',
  title: 'A few payments fail, and only the logs show it',
  summary: 'one payment in 50 fails; the lines `failed payment` must page Slack (Failed Payments)',
  load: { rates: { search: 1, catalog: 1, login: 1, checkout: 24 }, warmUp: '2m' },
  quietFor: '1m',
  fault: {
    kind: 'payment-failures',
    // About one failure in two seconds. At fast pace Failed Payments needs a line in each of three windows of 10 s. In one
    // drill of 40 chance interrupts this once, and the target leaves time for that. CheckoutErrorRateHigh stays quiet:
    // chance does not keep 2 % above its threshold of 5 % for as long as its `for`, even in its shortest window of 72
    // payments.
    params: { share: 0.02 },
    hits: { journey: 'checkout', status: [502] },
    telemetry: { signal: 'log', query: failedPayments },
    atLeast: 2,
  },
  expectations: [
    {
      kind: 'page',
      alert: 'Failed Payments',
      receiver: 'slack',
      within: '12m',
      labels: { severity: 'warning', team: 'payments', service: 'orders' },
      resolvedWithin: '4m',
    },
  ],
  proofs: [
    { kind: 'log', query: failedPayments },
    // The pipeline drops the lines of requests that were answered 200, but none of these lines.
    { kind: 'log-count', query: failedPayments, noise: '{service_name=~".+"} | status="200"' },
    // It also keeps the `request` lines of failed requests. It selects them by the same label as the noise query.
    { kind: 'log-count', query: failedCheckouts, noise: '{service_name="storefront"} | status="200"' },
  ],
  settleFor: '1m',
};
