import { z } from 'zod';
import { broken } from '../core/errors.ts';
import { faultKind } from './fault.ts';

const params = z.strictObject({
  /** The instance that it is done to. */
  pod: z.string().min(1),
  /** Share of its processor time that it keeps. */
  share: z.number().min(0.01).max(0.95),
});

/** One instance of a service gets less of the processor than it needs, from outside: it answers, but late. */
export const cpuStarved = faultKind<z.output<typeof params>>({
  kind: 'cpu-starved',
  params,
  describe: ({ pod, share }) => `${pod} gets ${Math.round(share * 100)} % of its processor time`,
  needs: ({ pod }) => ({ pods: [pod], services: [pod], abilities: ['throttle'] }),
  errorRatio: () => undefined,
  inject: async ({ pod, share }, { throttle }) => {
    if (!throttle) throw broken('fault', `this runtime cannot limit the processor time of ${pod}`);
    await throttle(pod, share);
  },
  revert: async ({ pod }, { unthrottle }) => {
    await unthrottle?.(pod);
  },
});
