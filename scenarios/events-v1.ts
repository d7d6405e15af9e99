import type { ScenarioInput } from '../core/scenario.ts';
import { checkoutErrors } from './checkout-errors.ts';

export const eventsV1: ScenarioInput = {
  ...checkoutErrors,
  name: 'events-v1',
  title: "A page by PagerDuty's Events API v1",
  summary: 'the payment provider fails half of the payments; an Alertmanager file with service_key must page',
  stacks: ['metrics'],
  with: ['events-v1'],
  expectations: [
    {
      kind: 'page',
      alert: 'CheckoutOutage',
      receiver: 'pagerduty',
      contactPoint: 'pagerduty-critical',
      within: '5m',
      urgency: 'high',
      labels: { severity: 'page', team: 'payments', job: 'storefront' },
      resolvedWithin: '8m',
    },
    {
      kind: 'page',
      alert: 'CheckoutErrorRateHigh',
      receiver: 'slack',
      contactPoint: 'slack-engineering',
      within: '5m',
      // Slack's default template shows no label of its own, and links no runbook.
      labels: {},
      resolvedWithin: '8m',
    },
  ],
  proofs: [],
};
