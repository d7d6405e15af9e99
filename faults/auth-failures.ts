import { z } from 'zod';
import type { Fault, FaultContext } from './fault.ts';
import { setLever } from './shop.ts';

const params = z.strictObject({
  /** Share of the logins that fail with 503, 0 to 1. */
  share: z.number().min(0).max(1),
});
type Params = z.output<typeof params>;

/** The back end that knows the users' passwords fails a share of the logins. */
export const authFailures: Fault<Params> = {
  kind: 'auth-failures',
  params,
  describe: ({ share }) => `the authentication back end fails ${Math.round(share * 100)} % of the logins`,
  needs: () => ({ pods: ['orders'], abilities: [] }),
  errorRatio: ({ share }) => share,
  inject: ({ share }, context) => fail(share, context),
  revert: (_, context) => fail(0, context),
};

const fail = (failShare: number, context: FaultContext): Promise<void> =>
  setLever(context, 'orders', 'logins', { failShare });
