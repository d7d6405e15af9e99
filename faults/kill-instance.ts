import { instanceFault } from './instance-fault.ts';

/**
 * One instance of a service is gone, without a word. A sidecar in its pod lives on, so that it is lost alike with and
 * without one.
 */
export const killInstance = instanceFault('kill', 'restart', 'is killed');
