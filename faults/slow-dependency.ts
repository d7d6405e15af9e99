import { z } from 'zod';
import type { Fault } from './fault.ts';
import { setLever } from './shop.ts';

const delay = z.int().min(0).max(60_000);
const params = z
  .strictObject({
    /** Bounds of the time that the provider takes for each payment, evenly spread between them, in milliseconds. */
    minMs: delay.default(2_000),
    maxMs: delay.default(5_000),
  })
  .refine(({ minMs, maxMs }) => minMs <= maxMs, {
    path: ['maxMs'],
    error: 'expected at least as much as minMs',
  });
type Params = z.output<typeof params>;

/** The third party behind the shop takes its time, and gives the right answer in the end. */
export const slowDependency: Fault<Params> = {
  kind: 'slow-dependency',
  params,
  describe: ({ minMs, maxMs }) =>
    `the payment provider takes ${minMs / 1000} to ${maxMs / 1000} s for each payment`,
  needs: () => ({ pods: ['payment-provider'], kills: false }),
  errorRatio: () => undefined,
  inject: ({ minMs, maxMs }, context) =>
    setLever(context, 'payment-provider', 'behaviour', { delayMs: [minMs, maxMs] }),
  revert: (_, context) => setLever(context, 'payment-provider', 'behaviour', {}),
};
