import { join } from 'node:path';
import { judge } from '../../assertions/judge.ts';
import type { Tell } from '../../core/events.ts';
import type { DrillRecord } from '../../core/record.ts';
import { renderers, writeReports } from '../../reports/write.ts';
import type { Drill } from '../running-drill.ts';
import { readBack } from './read-back.ts';

/** Shows the drill as it would be judged now, with its reports, while the stack is still up. */
export async function shown(
  { recorder: { record }, directory, redaction }: Drill,
  show: (record: DrillRecord) => Promise<void>,
): Promise<void> {
  const soFar = redaction.hide({ ...record, ...judge(record) });
  await writeReports(soFar, directory.path);
  await show(soFar);
}

/**
 * Judges, writes the reports, and reads the record back. A drill whose record nobody can read has shown nothing: it is
 * broken.
 */
export async function concluded({ recorder, directory, options, redaction }: Drill): Promise<DrillRecord> {
  const { record } = recorder;
  const startedAt = Date.now();
  const verdicts = judge(record);
  record.phases.push({ name: 'judge', startedAt, endedAt: Date.now(), outcome: 'done' });
  record.phases.push({ name: 'report', startedAt: Date.now(), endedAt: Date.now(), outcome: 'done' });
  record.endedAt = Date.now();
  const final = redaction.hide({ ...record, ...verdicts });
  const failures = await writeReports(final, directory.path);
  const unwritten = failures.map(({ file, message }) => ({
    where: join(directory.path, file),
    message: `could not be written: ${message}`,
  }));
  const unreadable = failures.some(({ file }) => file === 'record.json')
    ? []
    : await readBack(directory.path);
  const problems = [...unwritten, ...unreadable];
  if (problems.length === 0) return final;
  for (const { where, message } of problems) options.tell({ type: 'note', message: `${where}: ${message}` });
  const damaged: DrillRecord = {
    ...final,
    outcome: 'broken',
    problem: { kind: 'broken', phase: 'report', problems },
  };
  // What was written says how the drill was judged; nobody can judge it again.
  if (unreadable.length > 0) await writeReports(damaged, directory.path);
  return damaged;
}

/** While the drill runs only its record is kept up to date; the pictures come at the end. */
export async function save(record: DrillRecord, directory: string, tell: Tell): Promise<void> {
  const recordOnly = renderers.filter(([file]) => file === 'record.json');
  for (const { file, message } of await writeReports(record, directory, recordOnly)) {
    tell({ type: 'note', message: `${file} could not be written: ${message}` });
  }
}
