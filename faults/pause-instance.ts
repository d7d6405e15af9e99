import { instanceFault } from './instance-fault.ts';

/**
 * One instance of a service hangs: it takes connections and answers nobody. A sidecar in its pod goes on, and has nothing
 * to tell of it.
 */
export const pauseInstance = instanceFault('pause', 'unpause', 'stands still');
