import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DrillLine } from '../../core/drill-line.ts';
import { badInput } from '../../core/errors.ts';
import { unreadable } from '../../core/file-errors.ts';
import { makeFolder } from '../../core/make-folder.ts';
import { shownPath } from '../../core/shown-path.ts';

/** Drill lines as the text of a file. */
export const drillLinesText = (lines: readonly DrillLine[]): string =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join('');

/**
 * Appends drill lines to a file, which is made if it is not there. They are written by one call that the operating system
 * appends as a whole, so that drills of several commands may write to one file.
 *
 * @throws FiredrillError `bad-input` if the file cannot be written.
 */
export async function appendDrillLines(path: string, lines: readonly DrillLine[]): Promise<void> {
  try {
    await makeFolder(dirname(path));
    await using file = await open(path, 'a+');
    const { size } = await file.stat();
    const last = size === 0 ? '\n' : (await file.read(Buffer.alloc(1), 0, 1, size - 1)).buffer.toString();
    // A write that was cut off must not take the next line with it.
    const text = `${last === '\n' ? '' : '\n'}${drillLinesText(lines)}`;
    if (lines.length > 0) await file.appendFile(text);
  } catch (error) {
    throw badInput({
      where: shownPath(path),
      message: `drill lines cannot be written there: ${unreadable(error)}`,
    });
  }
}
