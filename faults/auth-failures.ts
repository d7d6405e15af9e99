import { z } from 'zod';
import { type FaultContext, faultKind } from './fault.ts';
import { seedOf, setLever } from './shop.ts';

const params = z.strictObject({
  /** Share of the logins that fail with 503, 0 to 1. */
  share: z.number().min(0).max(1),
});
type Params = z.output<typeof params>;

/** The back end that knows the users' passwords fails a share of the logins. */
export const authFailures = faultKind<Params>({
  kind: 'auth-failures',
  params,
  describe: ({ share }) => `the authentication back end fails ${Math.round(share * 100)} % of the logins`,
  needs: () => ({ pods: ['orders'], abilities: [] }),
  errorRatio: ({ share }) => share,
  inject: ({ share }, context) =>
    setLogins(context, { failShare: share, seed: seedOf(context.seed, 'orders') }),
  revert: (_, context) => setLogins(context, { failShare: 0 }),
});

const setLogins = (context: FaultContext, settings: Readonly<Record<string, number>>): Promise<void> =>
  setLever(context, 'orders', 'logins', settings);
