import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Outcome } from './outcomes.ts';
import { nightMarkdown } from './summary.ts';

/**
 * Writes what is known of the night into its folder, the file whole or not at all: the night may be cut off any time.
 *
 * @param planned how many commands the night has.
 */
export async function keepNight(place: string, outcomes: readonly Outcome[], planned: number): Promise<void> {
  const file = join(place, 'summary.md');
  const temporary = `${file}.tmp`;
  await writeFile(temporary, nightMarkdown(outcomes, planned));
  await rename(temporary, file);
}
