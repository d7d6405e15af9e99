import { instanceFault } from './instance-fault.ts';

/**
 * One instance of a service keeps running but is not reachable by the network. The same applies to everything in its
 * pod: its sidecar cannot be scraped either.
 */
export const disconnectInstance = instanceFault('disconnect', 'reconnect', 'is cut off from the network');
