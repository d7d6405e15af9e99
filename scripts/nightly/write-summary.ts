import { join } from 'node:path';
import { writeWholeFile } from '../../core/write-whole-file.ts';
import type { Outcome } from './outcomes.ts';
import { nightlyMarkdown } from './summary.ts';

/**
 * Writes summary.md as a whole, because the nightly run may be killed at any time.
 *
 * @param planned number of commands of the nightly run.
 */
export async function writeSummary(
  folder: string,
  outcomes: readonly Outcome[],
  planned: number,
): Promise<void> {
  await writeWholeFile(join(folder, 'summary.md'), nightlyMarkdown(outcomes, planned));
}
