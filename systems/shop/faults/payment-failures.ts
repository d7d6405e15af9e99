import { z } from 'zod';
import { type FaultContext, faultKind } from '../../../faults/fault.ts';
import { instanceSeed, setAdminSetting } from './admin-setting.ts';

const params = z.strictObject({
  /** Share of the payments that fail, 0 to 1. */
  share: z.number().min(0).max(1),
});
type Params = z.output<typeof params>;

/** The external payment provider fails a share of the payments. */
export const paymentFailures = faultKind<Params>({
  kind: 'payment-failures',
  params,
  describe: ({ share }) => `the payment provider fails ${Math.round(share * 100)} % of the payments`,
  needs: () => ({ pods: ['payment-provider'], abilities: [] }),
  errorRatio: ({ share }) => share,
  inject: ({ share }, context) =>
    behave(context, { failShare: share, seed: instanceSeed(context.seed, 'payment-provider') }),
  revert: (_, context) => behave(context, { failShare: 0 }),
});

const behave = (context: FaultContext, settings: Readonly<Record<string, number>>): Promise<void> =>
  setAdminSetting(context, 'payment-provider', 'behaviour', settings);
