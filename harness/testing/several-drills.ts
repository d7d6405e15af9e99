import { expect } from 'chai';
import type { DrillRecord } from '../../core/record.ts';
import type { ScenarioInput } from '../../core/scenario.ts';
import { likeCheckoutErrors } from './broken-copy.ts';
import type { CliResult } from './cli.ts';
import { slowPayments } from './slow-payments.ts';

const inFile = (name: string, scenario: ScenarioInput) => ({
  path: `{dir}/${name}.json`,
  files: { [`${name}.json`]: JSON.stringify({ ...scenario, name }) },
});

/** A scenario in a file: it passes and pages nobody. */
export const slow = inFile('slow', slowPayments);
/** A scenario in a file: it fails, since its page has another label. */
export const red = inFile('red', likeCheckoutErrors({ labels: { team: 'nobody' } }));

type Records = { 2: [DrillRecord, DrillRecord]; 3: [DrillRecord, DrillRecord, DrillRecord] };

/** The records of a command of so many drills, which has left nothing. */
export function recordsOf<N extends keyof Records>(ended: CliResult, count: N): Records[N];
export function recordsOf({ printed, left, stderr }: CliResult, count: number): readonly DrillRecord[] {
  expect(left, 'left behind').to.deep.equal([]);
  expect(printed, stderr).to.have.length(count);
  return printed;
}
