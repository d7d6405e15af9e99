import { z } from 'zod';
import { broken } from '../core/errors.ts';
import { faultKind } from './fault.ts';
import { shopPod } from './shop.ts';

const params = z.strictObject({
  /** The instance that is cut off, and with it whatever shares its pod: its sidecar cannot be scraped either. */
  pod: shopPod,
});
type Params = z.output<typeof params>;

/** One instance of a service runs on, and the network does not lead to it any more. */
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
    // Without it there was no disconnection either.
    await reconnect?.(pod);
  },
});
