import { rename, rm, writeFile } from 'node:fs/promises';

/**
 * Writes a file beside its place and renames it, so that a reader never sees a part of it.
 *
 * @throws Error of the file system if it cannot be written.
 */
export async function writeWholeFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
