import type { DrillRecord } from '../core/record.ts';

interface FaultWords {
  /** `failing request`; absent: the fault hits no request. */
  readonly hit?: string;
  /** The events from which the time to page and the time to resolve are measured. */
  readonly began: string;
  readonly ended: string;
  /** Title of a column of relative times. */
  readonly since: string;
}

/** Words for this drill's fault, which makes requests fail, makes them slow, or hits none. */
export function faultWords({ scenario }: Pick<DrillRecord, 'scenario'>): FaultWords {
  const { hits } = scenario.fault;
  if (!hits) return { began: 'the injection', ended: 'the revert', since: 'Since injection' };
  const hit = hits.status ? 'failing request' : 'slow request';
  return { hit, began: `the first ${hit}`, ended: `the last ${hit}`, since: 'Since first hit' };
}
