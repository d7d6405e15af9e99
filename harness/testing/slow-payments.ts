import type { ScenarioInput } from '../../core/scenario.ts';
import { checkoutErrors } from '../../scenarios/checkout-errors.ts';
import { slowDependency } from '../../scenarios/slow-dependency.ts';

/** A fault too short for CheckoutSlow to fire. It creates no series that checkout-errors reads. */
export const slowPayments: ScenarioInput = {
  ...checkoutErrors,
  name: 'slow-payments',
  title: 'Payments are slow for a moment',
  stacks: ['metrics'],
  fault: {
    ...slowDependency.fault,
    params: { minMs: 3_000, maxMs: 4_000 },
    lasts: '2m',
    atLeast: 5,
  },
  expectations: [{ kind: 'pending-only', alert: 'CheckoutSlow' }],
  proofs: [],
};
