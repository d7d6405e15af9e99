import { z } from 'zod';
import { faultKind } from '../../../faults/fault.ts';
import { setAdminSetting } from './admin-setting.ts';

const params = z.strictObject({
  /** How many database connections are held. The pool of `orders` has 30. */
  connections: z.int().min(1).max(30),
});
type Params = z.output<typeof params>;

/** `orders` takes connections from its database pool and does not give them back. Its requests share the others. */
export const connectionLeak = faultKind<Params>({
  kind: 'connection-leak',
  params,
  describe: ({ connections }) => `orders leaks ${connections} of its 30 database connections`,
  needs: () => ({ pods: ['orders'], abilities: [] }),
  errorRatio: () => undefined,
  inject: ({ connections }, context) =>
    setAdminSetting(context, 'orders', 'connections', { held: connections }),
  revert: (_, context) => setAdminSetting(context, 'orders', 'connections', {}),
});
