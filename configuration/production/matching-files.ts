import { posix } from 'node:path';
import { goGlob, leadsOut } from '../files/read-files.ts';

export interface Matching {
  /** The pattern, relative to the folder of the file in which it stands. */
  readonly pattern: string;
  readonly paths: readonly string[];
}

/**
 * The files that a pattern of production names. Where it leads out of the folder, it is taken without its first parts,
 * because there the folder has another name: `/etc/prometheus/rules/*.yml` → `rules/*.yml`.
 *
 * @param folder of the file in which the pattern stands.
 * @param paths of all files.
 * @returns the first pattern that matches any file. `undefined` if none does.
 */
export function matchingFiles(
  pattern: string,
  folder: string,
  paths: Iterable<string>,
): Matching | undefined {
  const all = [...paths];
  const parts = pattern.split('/').filter((part) => !['', '.', '..'].includes(part));
  const shorter = parts.map((_, i) => parts.slice(i).join('/'));
  for (const one of [...(leadsOut(pattern) ? [] : [pattern]), ...shorter]) {
    const matcher = goGlob(posix.join(folder, one));
    const found = all.filter((path) => matcher.test(path));
    if (found.length > 0) return { pattern: one, paths: found };
  }
  return undefined;
}
