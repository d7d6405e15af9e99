import type { ScenarioInput } from '../core/scenario.ts';
import { checkoutErrors } from './checkout-errors.ts';

export const manyInstances: ScenarioInput = {
  ...checkoutErrors,
  name: 'many-instances',
  title: 'Four instances fail at once',
  summary:
    'the payment provider fails nearly all payments of four storefronts; one message must list all four instances',
  stacks: ['metrics'],
  with: ['fleet'],
  // Nearly all payments, so that each of the four instances has enough failures in its own window.
  fault: { ...checkoutErrors.fault, params: { share: 0.9 }, atLeast: 20 },
  expectations: [
    {
      kind: 'page',
      alert: 'InstanceCheckoutsFailing',
      receiver: 'slack',
      contactPoint: 'storefronts',
      within: '5m',
      labels: { severity: 'critical', team: 'payments', job: 'storefront' },
      resolvedWithin: '12m',
      notifications: { atMost: 1, alertsInOne: 4 },
    },
    {
      kind: 'page',
      alert: 'CheckoutErrorRateHigh',
      receiver: 'slack',
      contactPoint: 'slack',
      within: '5m',
      labels: { severity: 'critical', team: 'payments', job: 'storefront' },
      resolvedWithin: '8m',
    },
  ],
  proofs: [],
};
