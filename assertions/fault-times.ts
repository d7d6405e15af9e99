import type { Scenario } from '../core/scenario.ts';

/**
 * Names the events from which detection and resolution are measured. For a fault that hits no request, the record's first
 * hit is when the fault took effect, and its last hit is the end of the fault.
 */
export const faultTimes = ({ fault }: Pick<Scenario, 'fault'>) =>
  fault.hits
    ? { first: 'the first request hit', last: 'the last request hit' }
    : { first: 'the fault', last: "the fault's end" };
