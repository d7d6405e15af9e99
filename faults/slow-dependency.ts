import { z } from 'zod';
import { faultKind } from './fault.ts';
import { seedOf, setLever } from './shop.ts';

const delay = z.int().min(0).max(60_000);
const share = z.number().min(0).max(1);
const params = z
  .strictObject({
    /** Bounds of the time that the provider takes for each payment, evenly spread between them, in milliseconds. */
    minMs: delay.default(2_000),
    maxMs: delay.default(5_000),
    /** Share of the payments that take it, of those that are not refused; the others are as fast as ever. */
    slowShare: share.default(1),
    /** Share of the payments that are refused, at once. */
    failShare: share.default(0),
  })
  .refine(({ minMs, maxMs }) => minMs <= maxMs, {
    path: ['maxMs'],
    error: 'expected at least as much as minMs',
  });
type Params = z.output<typeof params>;

/** The third party behind the shop takes its time, and gives the right answer in the end; or refuses, if told to. */
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
    setLever(context, 'payment-provider', 'behaviour', {
      failShare,
      slowShare,
      delayMs: [minMs, maxMs],
      seed: seedOf(context.seed, 'payment-provider'),
    }),
  revert: (_, context) => setLever(context, 'payment-provider', 'behaviour', {}),
});

const percent = (part: number) => `${Math.round(part * 100)} %`;
