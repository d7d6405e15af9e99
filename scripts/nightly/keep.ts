import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nightJunit } from './junit.ts';
import type { Outcome } from './outcomes.ts';
import { nightMarkdown } from './summary.ts';

/**
 * Writes what is known of the night into its folder, each file whole or not at all: the night may be cut off any time.
 *
 * @param planned how many commands the night has.
 */
export async function keepNight(place: string, outcomes: readonly Outcome[], planned: number): Promise<void> {
  const files = [
    ['summary.md', nightMarkdown(outcomes, planned)],
    ['junit.xml', nightJunit(outcomes)],
  ] as const;
  for (const [name, text] of files) {
    const temporary = join(place, `${name}.tmp`);
    await writeFile(temporary, text);
    await rename(temporary, join(place, name));
  }
}
