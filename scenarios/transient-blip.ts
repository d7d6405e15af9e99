import type { ScenarioInput } from '../core/scenario.ts';
import { checkoutErrors } from './checkout-errors.ts';

export const transientBlip: ScenarioInput = {
  ...checkoutErrors,
  name: 'transient-blip',
  title: 'A burst of failed payments, shorter than `for`',
  summary: 'payments fail for half a minute; CheckoutErrorRateHigh must become pending and page nobody',
  // The burst has 16 payments at fast pace. With a share of 0.5, sometimes too few would fail to cross the threshold.
  fault: { ...checkoutErrors.fault, params: { share: 0.8 }, lasts: '30s', atLeast: 3 },
  // Failed Payments is not expected: the burst can lie between two of its evaluations.
  expectations: [{ kind: 'pending-only', alert: 'CheckoutErrorRateHigh' }],
  proofs: [],
  settleFor: '5m',
};
