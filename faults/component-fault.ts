import { z } from 'zod';
import { broken } from '../core/errors.ts';
import { type FaultKind, faultKind } from './fault.ts';

const params = z.strictObject({
  /** The component that it is done to, e.g. `prometheus` or `web-sidecar`. */
  component: z.string().min(1),
});

/**
 * A fault that stops a component of the monitoring.
 *
 * @param told what is wrong with the component, after its name.
 */
const componentFault = (ability: 'kill' | 'pause', undo: 'restart' | 'unpause', told: string): FaultKind =>
  faultKind<z.output<typeof params>>({
    kind: `${ability}-component`,
    params,
    describe: ({ component }) => `${component} ${told}`,
    needs: ({ component }) => ({ pods: [], components: [component], abilities: [ability] }),
    stops: ({ component }) => [component],
    errorRatio: () => undefined,
    inject: async ({ component }, context) => {
      if (!context[ability]) throw broken('fault', `this runtime cannot ${ability} ${component}`);
      await context[ability](component);
    },
    revert: async ({ component }, context) => {
      await context[undo]?.(component);
    },
  });

/** A component is killed without a graceful shutdown; its data stay. */
export const killComponent = componentFault('kill', 'restart', 'is killed');

/** A component hangs: it accepts connections and does not respond. */
export const pauseComponent = componentFault('pause', 'unpause', 'is paused');
