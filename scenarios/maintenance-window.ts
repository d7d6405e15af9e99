import type { ScenarioInput } from '../core/scenario.ts';
import { checkoutErrors } from './checkout-errors.ts';

export const maintenanceWindow: ScenarioInput = {
  ...checkoutErrors,
  name: 'maintenance-window',
  title: 'A fault that begins during maintenance',
  summary:
    'payments fail while their alert is silenced; the page must come when the silence is over, and not before',
  stacks: ['metrics'],
  silences: [
    {
      matchers: ['alertname="CheckoutErrorRateHigh"'],
      lasts: '6m',
      by: 'payments on-call',
      comment: 'new version of the payment client',
    },
  ],
  expectations: [
    {
      kind: 'page',
      alert: 'CheckoutErrorRateHigh',
      receiver: 'slack',
      // A group whose alerts were silenced is looked at again every 5 minutes.
      within: '12m',
      notBefore: '6m',
      labels: { severity: 'critical', team: 'payments', job: 'storefront' },
      resolvedWithin: '8m',
    },
  ],
  proofs: [],
};
