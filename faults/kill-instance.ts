import { instanceFault } from './instance-fault.ts';

/**
 * One instance of a service, or the database, is killed without a graceful shutdown. A sidecar in its pod keeps running, so
 * that the fault is the same with and without one. The database keeps its data.
 */
export const killInstance = instanceFault('kill', 'restart', 'is killed', true);
