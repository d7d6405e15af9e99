import { z } from 'zod';
import { broken } from '../core/errors.ts';
import { faultKind } from './fault.ts';
import { shopPod } from './shop.ts';

const params = z.strictObject({
  /** The instance that is lost; a sidecar in its pod lives on, so that it is lost alike with and without one. */
  pod: shopPod,
});
type Params = z.output<typeof params>;

/** One instance of a service is gone, without a word. */
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
    // Without it there was no kill either.
    await restart?.(pod);
  },
});
