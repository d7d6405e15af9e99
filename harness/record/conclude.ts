import { join } from 'node:path';
import { judge } from '../../assertions/judge.ts';
import type { Tell } from '../../core/events.ts';
import type { DrillRecord } from '../../core/record.ts';
import { renderers, writeReports } from '../../reports/write.ts';
import type { Drill } from '../running-drill.ts';
import { readBack } from './read-back.ts';

/** Judges the drill so far, writes the reports and shows the record, while the stack still runs. */
export async function showSoFar(
  { recorder: { record }, directory, redaction }: Drill,
  show: (record: DrillRecord) => Promise<void>,
): Promise<void> {
  const soFar = redaction.hide({ ...record, ...judge(record) });
  await writeReports(soFar, directory.path);
  await show(soFar);
}

/**
 * Judges the drill, writes the reports and reads the record back. If a report cannot be written or the record cannot be
 * read, the drill is broken.
 */
export async function conclude({ recorder, directory, options, redaction }: Drill): Promise<DrillRecord> {
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
  // The written reports show the verdicts of a record that cannot be judged again.
  if (unreadable.length > 0) await writeReports(damaged, directory.path);
  return damaged;
}

/** Writes the record while the drill runs. The other reports are written at the end. */
export async function saveRecord(record: DrillRecord, directory: string, tell: Tell): Promise<void> {
  const recordOnly = renderers.filter(([file]) => file === 'record.json');
  for (const { file, message } of await writeReports(record, directory, recordOnly)) {
    tell({ type: 'note', message: `${file} could not be written: ${message}` });
  }
}
