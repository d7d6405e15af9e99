import { type Document, isMap, isScalar, isSeq, visit } from 'yaml';

/** Where a value stands: keys and indices. */
export type Path = readonly (string | number)[];
export type Value = string | number;

/** Puts what `change` makes of each text and number of a document in its place; keys stay. */
export function changeValues(document: Document, change: (value: Value, at: Path) => Value): void {
  visit(document, {
    Scalar(key, node, ancestors) {
      const { value } = node;
      if (key === 'key' || (typeof value !== 'string' && typeof value !== 'number')) return;
      const chain = [...ancestors, node];
      const at = chain.flatMap((parent, i): (string | number)[] => {
        const child: unknown = chain[i + 1];
        if (isSeq(parent)) return [parent.items.indexOf(child)];
        if (!isMap(parent)) return [];
        // In a map the chain goes map → pair → value.
        const pair = parent.items.find((item) => item === child);
        // A key that was set from here is the text itself.
        return [String(isScalar(pair?.key) ? pair.key.value : pair?.key)];
      });
      const next = change(value, at);
      if (next !== value) node.value = next;
    },
  });
}

/** @param pattern keys with dots between; `*` is any key or index, `**` any number of them. */
export const fits = (pattern: string, at: Path): boolean => partsFit(pattern.split('.'), at);

function partsFit([head, ...rest]: readonly string[], at: Path): boolean {
  if (head === undefined) return at.length === 0;
  if (head === '**') return at.some((_, i) => partsFit(rest, at.slice(i))) || partsFit(rest, at);
  return at.length > 0 && (head === '*' || head === String(at[0])) && partsFit(rest, at.slice(1));
}
