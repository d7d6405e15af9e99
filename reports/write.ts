import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../core/errors.ts';
import type { DrillRecord } from '../core/record.ts';
import { renderHtml } from './html/report.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';

/** A report that could not be made or written. */
export interface ReportFailure {
  readonly file: string;
  readonly message: string;
}

export type Renderer = (record: DrillRecord) => string;

/** Every report by its file. The record comes first: from it, the others can be made again. */
export const renderers: readonly (readonly [file: string, render: Renderer])[] = [
  ['record.json', renderJson],
  ['junit.xml', renderJunit],
  ['summary.md', renderMarkdown],
  ['report.html', renderHtml],
];

/**
 * Writes the reports of a drill into `directory`, which is made if need be. Each file is there whole or not at
 * all, and none is missing because another failed.
 *
 * @returns what could not be written; empty when all went well. Never throws.
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
      await writeWhole(join(directory, file), render(record));
    } catch (error) {
      failures.push({ file, message: messageOf(error) });
    }
  }
  return failures;
}

/** By way of a name of its own, so that a reader never sees half a file. */
async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
