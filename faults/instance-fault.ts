import { z } from 'zod';
import { broken } from '../core/errors.ts';
import type { Ability } from '../core/runtime.ts';
import { type FaultKind, faultKind } from './fault.ts';
import { shopPod } from './shop.ts';

const params = z.strictObject({
  /** The instance that it is done to. */
  pod: shopPod,
});

/**
 * A fault that consists of what a runtime can do to one instance, and of what undoes it.
 *
 * @param told what is wrong with the instance, after its name.
 */
export const instanceFault = (
  ability: Exclude<Ability, 'reconfigure'>,
  undo: 'restart' | 'unpause' | 'reconnect',
  told: string,
): FaultKind =>
  faultKind<z.output<typeof params>>({
    kind: `${ability}-instance`,
    params,
    describe: ({ pod }) => `${pod} ${told}`,
    needs: ({ pod }) => ({ pods: [pod], abilities: [ability] }),
    errorRatio: () => undefined,
    inject: async ({ pod }, context) => {
      if (!context[ability]) throw broken('fault', `this runtime cannot ${ability} ${pod}`);
      await context[ability](pod);
    },
    revert: async ({ pod }, context) => {
      // A runtime that cannot undo it could not do it either.
      await context[undo]?.(pod);
    },
  });
