import { z } from 'zod';
import { type FaultContext, faultKind } from '../../../faults/fault.ts';
import { instanceSeed, setAdminSetting } from './admin-setting.ts';

const params = z.strictObject({
  /** Share of the logins that fail with status 503, 0 to 1. */
  share: z.number().min(0).max(1),
});
type Params = z.output<typeof params>;

/** The authentication back end fails a share of the logins. */
export const authFailures = faultKind<Params>({
  kind: 'auth-failures',
  params,
  describe: ({ share }) => `the authentication back end fails ${Math.round(share * 100)} % of the logins`,
  needs: () => ({ pods: ['orders'], abilities: [] }),
  errorRatio: ({ share }) => share,
  inject: ({ share }, context) =>
    setLogins(context, { failShare: share, seed: instanceSeed(context.seed, 'orders') }),
  revert: (_, context) => setLogins(context, { failShare: 0 }),
});

const setLogins = (context: FaultContext, settings: Readonly<Record<string, number>>): Promise<void> =>
  setAdminSetting(context, 'orders', 'logins', settings);
