import type { ScenarioInput } from '../core/scenario.ts';
import { checkoutErrors } from './checkout-errors.ts';

export const transientBlip: ScenarioInput = {
  ...checkoutErrors,
  name: 'transient-blip',
  title: 'A burst of failed payments, shorter than `for`',
  summary: 'payments fail for half a minute; CheckoutErrorRateHigh must become pending and page nobody',
  fault: { ...checkoutErrors.fault, lasts: '30s', atLeast: 3 },
  expectations: [{ kind: 'pending-only', alert: 'CheckoutErrorRateHigh' }],
  settleFor: '5m',
};
