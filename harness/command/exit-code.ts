import { exitCodes } from '../../core/errors.ts';
import type { DrillRecord } from '../../core/record.ts';

const byOutcome: Record<DrillRecord['outcome'], number> = {
  pass: exitCodes.held,
  fail: exitCodes.failed,
  broken: exitCodes.broken,
  'bad-input': exitCodes['bad-input'],
  interrupted: exitCodes.interrupted,
};

/** What weighs most comes first: a broken harness says nothing of the alerts that seemed to hold. */
const weight = ['interrupted', 'broken', 'bad-input', 'fail', 'pass'] as const;

/** The exit code of a command that ran these drills; of none at all it is that of a broken harness. */
export function exitCodeOf(records: readonly Pick<DrillRecord, 'outcome'>[]): number {
  const worst = weight.find((outcome) => records.some((record) => record.outcome === outcome));
  return worst === undefined ? exitCodes.broken : byOutcome[worst];
}
