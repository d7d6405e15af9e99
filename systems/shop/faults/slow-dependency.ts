import { z } from 'zod';
import { faultKind } from '../../../faults/fault.ts';
import { instanceSeed, setAdminSetting } from './admin-setting.ts';

const delay = z.int().min(0).max(60_000);
const share = z.number().min(0).max(1);
const params = z
  .strictObject({
    /** Bounds of the response time, in milliseconds; it is uniformly distributed. */
    minMs: delay.default(2_000),
    maxMs: delay.default(5_000),
    /** Share of the slow payments among those that are not refused; the others are not delayed. */
    slowShare: share.default(1),
    /** Share of the payments that are refused immediately. */
    failShare: share.default(0),
  })
  .refine(({ minMs, maxMs }) => minMs <= maxMs, {
    path: ['maxMs'],
    error: 'expected at least as much as minMs',
  });
type Params = z.output<typeof params>;

/** The external payment provider responds slowly but correctly, or refuses a share if configured. */
export const slowDependency = faultKind<Params>({
  kind: 'slow-dependency',
  params,
  describe: ({ minMs, maxMs, slowShare, failShare }) => {
    const slow = slowShare === 1 ? 'each payment' : `${percent(slowShare)} of the payments`;
    const refused = failShare === 0 ? '' : `, and refuses ${percent(failShare)} at once`;
    return `the payment provider takes ${minMs / 1000} to ${maxMs / 1000} s for ${slow}${refused}`;
  },
  needs: () => ({ pods: ['payment-provider'], abilities: [] }),
  errorRatio: ({ failShare }) => (failShare === 0 ? undefined : failShare),
  inject: ({ minMs, maxMs, slowShare, failShare }, context) =>
    setAdminSetting(context, 'payment-provider', 'behaviour', {
      failShare,
      slowShare,
      delayMs: [minMs, maxMs],
      seed: instanceSeed(context.seed, 'payment-provider'),
    }),
  revert: (_, context) => setAdminSetting(context, 'payment-provider', 'behaviour', {}),
});

const percent = (part: number) => `${Math.round(part * 100)} %`;
