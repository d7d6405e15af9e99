import { z } from 'zod';
import { broken } from '../core/errors.ts';
import { faultKind } from './fault.ts';
import { shopPod } from './shop.ts';

const params = z.strictObject({
  /** The instance that stands still; a sidecar in its pod goes on, and has nothing to tell of it. */
  pod: shopPod,
});
type Params = z.output<typeof params>;

/** One instance of a service hangs: it takes connections and answers nobody. */
export const pauseInstance = faultKind<Params>({
  kind: 'pause-instance',
  params,
  describe: ({ pod }) => `${pod} stands still`,
  needs: ({ pod }) => ({ pods: [pod], abilities: ['pause'] }),
  errorRatio: () => undefined,
  inject: async ({ pod }, { pause }) => {
    if (!pause) throw broken('fault', `this runtime cannot pause ${pod}`);
    await pause(pod);
  },
  revert: async ({ pod }, { unpause }) => {
    // Without it there was no pause either.
    await unpause?.(pod);
  },
});
