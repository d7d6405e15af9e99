import { z } from 'zod';
import { broken } from '../core/errors.ts';
import type { Ability } from '../core/runtime.ts';
import { type FaultKind, faultKind } from './fault.ts';

interface Params {
  /** The instance that it is done to. */
  readonly pod: string;
}

/**
 * A fault that consists of what a runtime can do to one instance, and of what undoes it.
 *
 * @param told what is wrong with the instance, after its name.
 * @param orDatabase whether it can be done to the database too.
 */
const instanceFault = (
  ability: Exclude<Ability, 'throttle' | 'reconfigure' | 'replace'>,
  undo: 'restart' | 'unpause' | 'reconnect',
  told: string,
  orDatabase = false,
): FaultKind =>
  faultKind<Params>({
    kind: `${ability}-instance`,
    params: z.strictObject({ pod: z.string().min(1) }),
    describe: ({ pod }) => `${pod} ${told}`,
    needs: ({ pod }) => ({ pods: [pod], services: [pod], orDatabase, abilities: [ability] }),
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

/**
 * One instance of a service, or the database, is killed without a graceful shutdown. A sidecar in its pod keeps running, so
 * that the fault is the same with and without one. The database keeps its data.
 */
export const killInstance = instanceFault('kill', 'restart', 'is killed', true);

/**
 * One instance of a service hangs: it accepts connections and does not respond. A sidecar in its pod keeps running,
 * without new telemetry.
 */
export const pauseInstance = instanceFault('pause', 'unpause', 'is paused');

/**
 * One instance of a service keeps running but is not reachable by the network. The same applies to everything in its
 * pod: its sidecar cannot be scraped either.
 */
export const disconnectInstance = instanceFault('disconnect', 'reconnect', 'is cut off from the network');
