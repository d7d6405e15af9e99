import { z } from 'zod';
import { broken } from '../core/errors.ts';
import { faultKind } from './fault.ts';

const params = z.strictObject({
  /** The instances, in the order in which they are restarted. */
  pods: z
    .array(z.string().min(1))
    .min(1)
    .refine((pods) => new Set(pods).size === pods.length, { error: 'an instance is named twice' }),
});

/** Instances are restarted one after the other, as a deployment does: each ends by SIGTERM, starts and becomes ready. */
export const rollingRestart = faultKind<z.output<typeof params>>({
  kind: 'rolling-restart',
  params,
  describe: ({ pods }) => `${pods.join(', ')} restarted one after the other`,
  needs: ({ pods }) => ({ pods, services: pods, abilities: ['kill'] }),
  errorRatio: () => undefined,
  inject: async ({ pods }, { terminate, restart, signal }) => {
    for (const pod of pods) {
      if (!terminate || !restart) throw broken('fault', `this runtime cannot restart ${pod}`);
      signal.throwIfAborted();
      await terminate(pod);
      await restart(pod);
    }
  },
  // Starts the instance at which it was interrupted.
  revert: async ({ pods }, { restart }) => {
    for (const pod of pods) await restart?.(pod);
  },
});
