import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Outcome } from './outcomes.ts';
import { nightlyMarkdown } from './summary.ts';

/**
 * Writes summary.md. The file is replaced in one step, because the nightly run may be killed at any time.
 *
 * @param planned number of commands of the nightly run.
 */
export async function writeSummary(
  folder: string,
  outcomes: readonly Outcome[],
  planned: number,
): Promise<void> {
  const file = join(folder, 'summary.md');
  const temporary = `${file}.tmp`;
  await writeFile(temporary, nightlyMarkdown(outcomes, planned));
  await rename(temporary, file);
}
