import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../core/errors.ts';
import type { DrillRecord } from '../core/record.ts';
import { writeWholeFile } from '../core/write-whole-file.ts';
import { renderHtml } from './html/report.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';

/** A report that could not be rendered or written. */
export interface ReportFailure {
  readonly file: string;
  readonly message: string;
}

export type Renderer = (record: DrillRecord) => string;

/** Every report by its file. The record comes first, since the others can be rendered again from it. */
export const renderers: readonly (readonly [file: string, render: Renderer])[] = [
  ['record.json', renderJson],
  ['junit.xml', renderJunit],
  ['summary.md', renderMarkdown],
  ['report.html', renderHtml],
];

/**
 * Writes the reports of a drill into `directory`, which is created if necessary. A failure does not prevent the
 * others.
 *
 * @returns the reports that could not be written. Never throws.
 */
export async function writeReports(
  record: DrillRecord,
  directory: string,
  files: typeof renderers = renderers,
): Promise<ReportFailure[]> {
  const failures: ReportFailure[] = [];
  for (const [file, render] of files) {
    try {
      await mkdir(directory, { recursive: true });
      await writeWholeFile(join(directory, file), render(record));
    } catch (error) {
      failures.push({ file, message: messageOf(error) });
    }
  }
  return failures;
}
