import { constants } from 'node:fs';
import { access, appendFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { badInput } from '../../core/errors.ts';
import { unreadable } from '../../core/file-errors.ts';
import { makeFolder } from '../../core/make-folder.ts';
import { shownPath } from '../../core/shown-path.ts';
import { writeWholeFile } from '../../core/write-whole-file.ts';

/**
 * Makes the folder of a file that is to be written after the drills.
 *
 * @throws FiredrillError `bad-input` if the file could not be written.
 */
export async function requireWritable(path: string): Promise<void> {
  try {
    await makeFolder(dirname(path));
    await access(dirname(path), constants.W_OK);
  } catch (error) {
    throw unwritable(path, unreadable(error));
  }
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) throw unwritable(path, 'it is a folder');
}

/**
 * Writes a file as a whole.
 *
 * @throws FiredrillError `bad-input` if it cannot be written.
 */
export async function writeOutput(path: string, text: string): Promise<void> {
  await writeWholeFile(path, text).catch((error: unknown) => {
    throw unwritable(path, unreadable(error));
  });
}

/** @throws FiredrillError `bad-input` if the file cannot be written. */
export async function appendText(path: string, text: string): Promise<void> {
  await appendFile(path, text).catch((error: unknown) => {
    throw unwritable(path, unreadable(error));
  });
}

const unwritable = (path: string, why: string) =>
  badInput({ where: shownPath(path), message: `cannot be written: ${why}` });
