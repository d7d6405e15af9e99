import type { Scenario } from '../core/scenario.ts';

/**
 * From and until when times are counted, in words. A fault that hits no request stands for its own hits: the record's
 * first hit is when it worked, the last its end.
 */
export const faultTimes = ({ fault }: Pick<Scenario, 'fault'>) =>
  fault.hits
    ? { first: 'the first request hit', last: 'the last request hit' }
    : { first: 'the fault', last: "the fault's end" };
