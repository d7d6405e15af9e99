import type { ScenarioInput } from '../core/scenario.ts';

/** What the storefront logs of each request, of which the pipeline is to keep what was not answered 200. */
const failedCheckouts = '{service_name="storefront"} |= `request` | status="502"';
const failedPayments = '{service_name="orders"} |= `failed payment`';

export const failedPaymentLogs: ScenarioInput = {
  name: 'failed-payment-logs',
  title: 'A few payments fail, as only the logs tell',
  summary: 'one payment in 50 fails; the lines `failed payment` must page Slack (Failed Payments)',
  load: { rates: { search: 3, catalog: 3, login: 1, checkout: 12 }, warmUp: '2m' },
  quietFor: '1m',
  fault: {
    kind: 'payment-failures',
    // One in four seconds: above the one in ten of Failed Payments, and far below the 5 % of CheckoutErrorRateHigh also
    // in the shortest window, which never has two of them.
    params: { share: 0.02 },
    hits: { journey: 'checkout', status: [502] },
    telemetry: { signal: 'log', query: failedPayments },
    // More would take longer than the wait for them, which goes by the rate of all checkouts.
    atLeast: 2,
  },
  expectations: [
    {
      kind: 'page',
      alert: 'Failed Payments',
      receiver: 'slack',
      within: '8m',
      labels: { severity: 'warning', team: 'payments', service: 'orders' },
      resolvedWithin: '4m',
    },
  ],
  proofs: [
    { kind: 'log', query: failedPayments },
    // The pipeline drops the lines of requests that were answered 200, and not one that is needed.
    { kind: 'log-count', query: failedPayments, noise: '{service_name=~".+"} | status="200"' },
    // Nor of the requests' own lines: it tells them apart by the very label that the noise is looked for by.
    { kind: 'log-count', query: failedCheckouts, noise: '{service_name="storefront"} | status="200"' },
  ],
  settleFor: '1m',
};
