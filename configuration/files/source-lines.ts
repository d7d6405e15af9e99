import { isCollection, isMap } from 'yaml';
import type { Path } from '../../core/path.ts';
import { documentOf } from './parse-yaml.ts';
import type { Place } from './place.ts';

/** Where each part of a file begins, by its path, in the order of the file. */
function partsOf(text: string): { path: Path; line: number }[] {
  const parts: { path: Path; line: number }[] = [];
  const visit = (node: unknown, path: Path): void => {
    if (!isCollection(node)) return;
    node.items.forEach((item, i) => {
      const entry = isMap(node) ? (item as { key: unknown; value: unknown }) : { key: item, value: item };
      const at = [...path, isMap(node) ? String(entry.key) : i];
      const [start] = (entry.key as { range?: [number, number, number] } | null)?.range ?? [];
      if (start !== undefined) parts.push({ path: at, line: text.slice(0, start).split('\n').length });
      visit(entry.value, at);
    });
  };
  visit(documentOf(text).contents, []);
  return parts;
}

/**
 * The line of a file as it is written, of what stands on a line of the file as a run uses it: both say the same things in
 * the same order, but for values that the run changes and defaults that it adds.
 *
 * @param place the location of the written file.
 * @returns the line, with the file if it is another one. `undefined` where the written file has nothing of the kind.
 */
export function sourceLine(used: string, written: string, line: number, place: Place): string | undefined {
  const found = partsOf(used).findLast((part) => part.line <= line);
  if (!found || !partsOf(written).some(({ path }) => path.join('/') === found.path.join('/')))
    return undefined;
  const { file, line: start } = place.to(...found.path).spot;
  if (start === undefined) return undefined;
  // The rest of a text of several lines has no path of its own.
  const own = start + (line - found.line);
  return file === place.file ? `${own}` : `${own} of ${file}`;
}
