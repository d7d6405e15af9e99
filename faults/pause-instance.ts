import { z } from 'zod';
import { broken } from '../core/errors.ts';
import { faultKind } from './fault.ts';
import { shopPod } from './shop.ts';

const params = z.strictObject({
  /** The instance to pause. A sidecar in its pod keeps running, without new telemetry. */
  pod: shopPod,
});
type Params = z.output<typeof params>;

/** One instance of a service hangs: it accepts connections and does not respond. */
export const pauseInstance = faultKind<Params>({
  kind: 'pause-instance',
  params,
  describe: ({ pod }) => `${pod} is paused`,
  needs: ({ pod }) => ({ pods: [pod], abilities: ['pause'] }),
  errorRatio: () => undefined,
  inject: async ({ pod }, { pause }) => {
    if (!pause) throw broken('fault', `this runtime cannot pause ${pod}`);
    await pause(pod);
  },
  revert: async ({ pod }, { unpause }) => {
    // A runtime without it has not paused anything.
    await unpause?.(pod);
  },
});
