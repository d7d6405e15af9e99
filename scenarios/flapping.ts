import type { ScenarioInput } from '../core/scenario.ts';
import { checkoutErrors } from './checkout-errors.ts';

const page = {
  kind: 'page',
  receiver: 'slack',
  within: '3m',
  labels: { severity: 'flapping', team: 'payments', job: 'storefront' },
} as const;

/** An alert that ends and fires again with the errors, and one that goes on in between. */
export const flapping: ScenarioInput = {
  ...checkoutErrors,
  name: 'flapping',
  title: 'Errors that come and go',
  summary: 'payments fail every other two minutes; keep_firing_for makes one page of what would be three',
  stacks: ['metrics'],
  with: ['flapping'],
  // On, off, on, off, on.
  fault: { ...checkoutErrors.fault, lasts: '10m', cycle: { on: '2m', off: '2m' } },
  expectations: [
    { ...page, alert: 'CheckoutErrorsFlap', resolvedWithin: '4m', notifications: { atLeast: 2, atMost: 3 } },
    { ...page, alert: 'CheckoutErrorsKept', resolvedWithin: '9m', notifications: { atMost: 1 } },
  ],
  proofs: [],
};
