import { z } from 'zod';
import { broken } from '../core/errors.ts';
import { faultKind } from './fault.ts';
import { shopPod } from './shop.ts';

const params = z.strictObject({
  /** The instance to disconnect, with everything in its pod: its sidecar cannot be scraped either. */
  pod: shopPod,
});
type Params = z.output<typeof params>;

/** One instance of a service keeps running but is not reachable by the network. */
export const disconnectInstance = faultKind<Params>({
  kind: 'disconnect-instance',
  params,
  describe: ({ pod }) => `${pod} is cut off from the network`,
  needs: ({ pod }) => ({ pods: [pod], abilities: ['disconnect'] }),
  errorRatio: () => undefined,
  inject: async ({ pod }, { disconnect }) => {
    if (!disconnect) throw broken('fault', `this runtime cannot disconnect ${pod}`);
    await disconnect(pod);
  },
  revert: async ({ pod }, { reconnect }) => {
    // A runtime without it has not disconnected anything.
    await reconnect?.(pod);
  },
});
