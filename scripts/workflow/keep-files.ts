import { copyFile, mkdir, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, matchesGlob } from 'node:path';
import type { KeepStep } from './plan.ts';

export interface Kept {
  readonly files: number;
  readonly bytes: number;
}

/**
 * Copies what actions/upload-artifact would upload: all files below the paths, those that links lead to as well, without
 * hidden ones unless asked for.
 *
 * @param from the project's folder, to which the paths are relative.
 * @throws Error where the action refuses a file for its name.
 */
export async function keepFiles(
  { paths, hidden }: Pick<KeepStep, 'paths' | 'hidden'>,
  from: string,
  to: string,
): Promise<Kept> {
  const out = paths.filter((path) => path.startsWith('!')).map((path) => plain(path.slice(1)));
  const files = new Map<string, number>();
  for (const path of paths.filter((path) => !path.startsWith('!'))) {
    for await (const [file, bytes] of filesBelow(plain(path), [])) files.set(file, bytes);
  }
  for (const file of files.keys()) {
    if (/[":<>|*?\r\n]/.test(file)) throw new Error(`${file}: GitHub takes no such name in an artefact`);
    const copy = join(to, file);
    await mkdir(dirname(copy), { recursive: true });
    await copyFile(join(from, file), copy);
  }
  return { files: files.size, bytes: [...files.values()].reduce((sum, bytes) => sum + bytes, 0) };

  async function* filesBelow(path: string, above: readonly string[]): AsyncGenerator<[string, number]> {
    if (!hidden && basename(path).startsWith('.') && path !== '.') return;
    if (out.some((pattern) => matchesGlob(path, pattern))) return;
    const found = await stat(join(from, path)).catch(() => undefined);
    if (found?.isFile()) yield [path, found.size];
    if (!found?.isDirectory()) return;
    const real = await realpath(join(from, path));
    // A link to where we came from has no end.
    if (above.includes(real)) return;
    for (const name of (await readdir(join(from, path))).sort()) {
      yield* filesBelow(join(path, name), [...above, real]);
    }
  }
}

const plain = (path: string) => join(path).replace(/\/$/, '');
