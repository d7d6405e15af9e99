import { posix } from 'node:path';
import { orEmpty } from '../files/parse-yaml.ts';
import { wholeOf } from '../files/place.ts';
import { goGlob, leadsOut } from '../files/read-files.ts';
import { list } from '../files/yaml.ts';
import type { Adopting } from './adopting.ts';
import { matchingFiles } from './matching-files.ts';

/** Whether the patterns of a file of Prometheus match a path. */
export function isMatched(adopting: Adopting, main: string, path: string): boolean {
  const folder = posix.dirname(main);
  return list(orEmpty(adopting.texts.get(main)).rule_files).some(
    (pattern) => !leadsOut(String(pattern)) && goGlob(posix.join(folder, String(pattern))).test(path),
  );
}

/**
 * Makes the patterns of `rule_files` relative to the folder, adds the files that were made, and gives rule files an ending
 * by which a drill knows them.
 *
 * @param made paths of rule files that must be read.
 */
export function adoptRulePatterns(adopting: Adopting, main: string, made: readonly string[]): void {
  const folder = posix.dirname(main);
  const inFolder = (path: string) => posix.relative(folder, path);
  const files = () =>
    [...adopting.texts.keys()].filter((path) => path.startsWith(`${folder}/`) && path !== main);
  adopting.change(main, (document, place) => {
    const written = list(orEmpty(adopting.texts.get(main)).rule_files).map(String);
    const patterns = written.flatMap((pattern, i) => {
      const found = matchingFiles(pattern, folder, files());
      const at = place.to('rule_files', i);
      if (!found) {
        if (!leadsOut(pattern) && /[*?[]/.test(pattern)) return [pattern];
        adopting.list(at, { what: 'left out', why: 'it matches no file of the drill' });
        return [];
      }
      const renamed = found.paths.map((path) => [path, withEnding(adopting, path)] as const);
      const own = renamed.some(([path, other]) => path !== other)
        ? renamed.map(([, path]) => inFolder(path))
        : [found.pattern];
      if (own.length === 1 && own[0] === pattern) return own;
      const why =
        own[0] === found.pattern
          ? 'a drill reads the files of its own folder'
          : 'a drill knows rule files by the ending .yml';
      adopting.list(at, { what: `replaced by ${own.join(', ')}`, why });
      return own;
    });
    if (patterns.join('\n') !== written.join('\n')) document.set('rule_files', document.createNode(patterns));
  });
  const unread = made.filter((path) => !isMatched(adopting, main, path));
  if (unread.length > 0)
    adopting.extend(main, (document) => {
      const patterns = list(orEmpty(adopting.texts.get(main)).rule_files);
      document.set('rule_files', document.createNode([...patterns, ...unread.map(inFolder)]));
      return [];
    });
}

/** The file under a name that ends in .yml or .yaml. */
function withEnding(adopting: Adopting, path: string): string {
  if (/\.ya?ml$/.test(path)) return path;
  const other = `${path}.yml`;
  const text = adopting.texts.get(path) ?? '';
  const file = adopting.names.get(path) ?? path;
  adopting.put(other, text, file, [wholeOf(file, text)]);
  adopting.remove(path);
  return other;
}
