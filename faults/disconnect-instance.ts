import { instanceFault } from './instance-fault.ts';

/**
 * One instance of a service runs on, and the network does not lead to it any more, nor to whatever shares its pod: its
 * sidecar cannot be scraped either.
 */
export const disconnectInstance = instanceFault('disconnect', 'reconnect', 'is cut off from the network');
