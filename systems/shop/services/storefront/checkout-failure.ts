import { CallError } from '../shared/downstream.ts';

/** Why a checkout failed: the values of the label `reason` of `app.checkout.errors`. */
export const checkoutReasons = ['payment_failed', 'fulfilment_failed', 'timeout', 'internal'] as const;
export type CheckoutReason = (typeof checkoutReasons)[number];

export const statusByReason: Readonly<Record<CheckoutReason, number>> = {
  payment_failed: 502,
  fulfilment_failed: 502,
  timeout: 504,
  internal: 500,
};

/** The reason of a failed checkout, from the failed call to orders. */
export function checkoutReason(step: 'payment' | 'fulfilment', error: unknown): CheckoutReason {
  if (!(error instanceof CallError)) return 'internal';
  if (error.fault === 'timeout' || error.code === 'timeout') return 'timeout';
  if (step === 'fulfilment') return 'fulfilment_failed';
  return error.code === 'payment_failed' ? 'payment_failed' : 'internal';
}
