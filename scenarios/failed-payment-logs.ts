import type { ScenarioInput } from '../core/scenario.ts';

/** What the storefront logs of each request, of which the pipeline is to keep what was not answered 200. */
const failedCheckouts = '{service_name="storefront"} |= `request` | status="502"';
const failedPayments = '{service_name="orders"} |= `failed payment`';

export const failedPaymentLogs: ScenarioInput = {
  name: 'failed-payment-logs',
  title: 'A few payments fail, as only the logs tell',
  summary: 'one payment in 50 fails; the lines `failed payment` must page Slack (Failed Payments)',
  load: { rates: { search: 1, catalog: 1, login: 1, checkout: 24 }, warmUp: '2m' },
  quietFor: '1m',
  fault: {
    kind: 'payment-failures',
    // By chance one in two seconds. At fast pace Failed Payments needs one line in each of three windows of 10 s; in one
    // drill of 40 it has to begin again, for which the target leaves time. And chance does not keep 1 in 50 above the
    // 5 % of CheckoutErrorRateHigh for as long as its `for`, also in its shortest window, which sees 72 payments.
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
    // The pipeline drops the lines of requests that were answered 200, and not one that is needed.
    { kind: 'log-count', query: failedPayments, noise: '{service_name=~".+"} | status="200"' },
    // Nor of the requests' own lines: it tells them apart by the very label that the noise is looked for by.
    { kind: 'log-count', query: failedCheckouts, noise: '{service_name="storefront"} | status="200"' },
  ],
  settleFor: '1m',
};
