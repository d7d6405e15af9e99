import type { DrillRecord } from '../../../core/record.ts';
import { hostile, hostileRecord } from '../../../reports/testing/hostile.ts';
import { sampleRecord } from '../../../reports/testing/sample-record.ts';
import type { Outcome } from '../outcomes.ts';

/** A drill that held, with this MTTD of its first page in milliseconds. */
export function heldAfter(measuredMs: number): DrillRecord {
  const record = sampleRecord();
  const [first, ...rest] = record.verdicts;
  if (!first) throw new Error('the sample has no verdict');
  return { ...record, verdicts: [{ ...first, measuredMs }, ...rest] };
}

const command = (name: string, exitCode: number, changes: Partial<Outcome> = {}): Outcome => ({
  name,
  exitCode,
  tookMs: 61_000,
  log: `.firedrill/nightly/n/${name}.log`,
  held: '1 of 1',
  records: [],
  tail: [],
  ...changes,
});

/** A nightly run with every kind of outcome of a command. */
export const sampleOutcomes = (): Outcome[] => [
  command('checkout ×3', 0, { records: [heldAfter(9_500), heldAfter(10_600), heldAfter(13_000)] }),
  command('routed', 1, { held: '0 of 1', records: [sampleRecord('routed-elsewhere')] }),
  command('no start', 3, { held: '0 of 1', records: [sampleRecord('broken')] }),
  command('foreign', 1, { held: '0 of 1', records: [hostileRecord()] }),
  command('no daemon', 3, { held: '0 of 0', tail: ['--runtime docker: no daemon answers', hostile] }),
  command('killed', 3, { records: [heldAfter(10_000)], tail: ['drill 2 of 3'] }),
  command('npm test', 0, { held: '9 passed, 0 failed', tail: ['9 passed, 0 failed'] }),
];
