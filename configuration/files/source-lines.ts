import { isCollection, isMap } from 'yaml';
import { documentOf } from './parse-yaml.ts';

/** Where each part of a file begins, by its path, in the order of the file. */
function partsOf(text: string): { path: string; line: number }[] {
  const parts: { path: string; line: number }[] = [];
  const visit = (node: unknown, path: string): void => {
    if (!isCollection(node)) return;
    node.items.forEach((item, i) => {
      const entry = isMap(node) ? (item as { key: unknown; value: unknown }) : { key: item, value: item };
      const at = `${path}/${isMap(node) ? String(entry.key) : i}`;
      const [start] = (entry.key as { range?: [number, number, number] } | null)?.range ?? [];
      if (start !== undefined) parts.push({ path: at, line: text.slice(0, start).split('\n').length });
      visit(entry.value, at);
    });
  };
  visit(documentOf(text).contents, '');
  return parts;
}

/**
 * The line of a file as it is written, of what stands on a line of the file as a run uses it: both say the same things in
 * the same order, but for values that the run changes and defaults that it adds.
 *
 * @returns `undefined` where the written file has nothing of the kind.
 */
export function sourceLine(used: string, written: string, line: number): number | undefined {
  const found = partsOf(used).findLast((part) => part.line <= line);
  const source = found && partsOf(written).find(({ path }) => path === found.path);
  // The rest of a text of several lines has no path of its own.
  return found && source && source.line + (line - found.line);
}
