import { instanceFault } from './instance-fault.ts';

/**
 * One instance of a service hangs: it accepts connections and does not respond. A sidecar in its pod keeps running,
 * without new telemetry.
 */
export const pauseInstance = instanceFault('pause', 'unpause', 'is paused');
