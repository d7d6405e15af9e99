import type { DrillRecord } from '../core/record.ts';

interface FaultWords {
  /** `failing request`; absent: the fault hits no request. */
  readonly hit?: string;
  /** What the time to page counts from, and the time to resolve. */
  readonly began: string;
  readonly ended: string;
  /** Head of a column of relative times. */
  readonly since: string;
}

/** How to speak of this drill's fault: it makes requests fail, makes them slow, or hits none at all. */
export function faultWords({ scenario }: Pick<DrillRecord, 'scenario'>): FaultWords {
  const { hits } = scenario.fault;
  if (!hits) return { began: 'the injection', ended: 'the revert', since: 'Since injection' };
  const hit = hits.status ? 'failing request' : 'slow request';
  return { hit, began: `the first ${hit}`, ended: `the last ${hit}`, since: 'Since first hit' };
}
