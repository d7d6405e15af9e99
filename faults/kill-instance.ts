import { z } from 'zod';
import { broken } from '../core/errors.ts';
import { faultKind } from './fault.ts';
import { shopPod } from './shop.ts';

const params = z.strictObject({
  /** The instance to kill. A sidecar in its pod keeps running, so that the fault is the same with and without one. */
  pod: shopPod,
});
type Params = z.output<typeof params>;

/** One instance of a service is killed without a graceful shutdown. */
export const killInstance = faultKind<Params>({
  kind: 'kill-instance',
  params,
  describe: ({ pod }) => `${pod} is killed`,
  needs: ({ pod }) => ({ pods: [pod], abilities: ['kill'] }),
  errorRatio: () => undefined,
  inject: async ({ pod }, { kill }) => {
    if (!kill) throw broken('fault', `this runtime cannot kill ${pod}`);
    await kill(pod);
  },
  revert: async ({ pod }, { restart }) => {
    // A runtime without it has not killed anything.
    await restart?.(pod);
  },
});
