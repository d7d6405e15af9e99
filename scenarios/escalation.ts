import type { ScenarioInput } from '../core/scenario.ts';
import { checkoutErrors } from './checkout-errors.ts';

const { load, quietFor, fault, settleFor } = checkoutErrors;

export const escalation: ScenarioInput = {
  name: 'escalation',
  title: 'Nobody resolves an alert, and it escalates',
  summary: 'half of the payments fail for long; Slack is paged first, and PagerDuty three minutes later',
  stacks: ['metrics'],
  with: ['escalation'],
  ...{ load, quietFor, fault, settleFor },
  expectations: [
    {
      kind: 'page',
      alert: 'CheckoutErrorRateHigh',
      receiver: 'slack',
      within: '5m',
      labels: { severity: 'critical', team: 'payments', job: 'storefront' },
      resolvedWithin: '8m',
      escalatesTo: {
        receiver: 'pagerduty',
        after: '3m',
        labels: { severity: 'page', team: 'payments', job: 'storefront' },
      },
    },
  ],
};
