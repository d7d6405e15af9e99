import { type Document, isMap, isNode, isScalar, isSeq } from 'yaml';
import { type Path, pathText } from '../../core/path.ts';

export type Value = string | number;

interface Setting {
  readonly at: Path;
  /** `exporters.otlp_http.endpoint` */
  readonly path: string;
  readonly key: string;
  readonly value: unknown;
}

/** Every setting in a configuration at any depth, the outer before the inner. */
export const eachValue = (config: unknown): Setting[] =>
  walk(config).map(({ at, value }) => ({ at, path: pathText(at), key: String(at.at(-1)), value }));

/** Puts what `change` makes of each text and number of a document in its place; keys stay. */
export function changeValues(document: Document, change: (value: Value, at: Path) => Value): void {
  for (const { at, value: node } of walk(document.contents)) {
    if (!isScalar(node) || (typeof node.value !== 'string' && typeof node.value !== 'number')) continue;
    node.value = change(node.value, at);
  }
}

/** What is in a plain value, or in a node of a document, at any depth, the outer before the inner. */
const walk = (outer: unknown, at: Path = []): { readonly at: Path; readonly value: unknown }[] =>
  partsOf(outer).flatMap(([name, value]) => {
    const inner = [...at, name];
    return [{ at: inner, value }, ...walk(value, inner)];
  });

function partsOf(outer: unknown): [string | number, unknown][] {
  if (isMap(outer))
    return outer.items.map(({ key, value }) => [String(isScalar(key) ? key.value : key), value]);
  if (isSeq(outer)) return [...outer.items.entries()];
  if (Array.isArray(outer)) return [...outer.entries()];
  return typeof outer === 'object' && outer !== null && !isNode(outer) ? Object.entries(outer) : [];
}

/** @param pattern keys with dots between; `*` is any key or index, `**` any number of them. */
export const fits = (pattern: string, at: Path): boolean => partsFit(pattern.split('.'), at);

function partsFit([head, ...rest]: readonly string[], at: Path): boolean {
  if (head === undefined) return at.length === 0;
  if (head === '**') return at.some((_, i) => partsFit(rest, at.slice(i))) || partsFit(rest, at);
  return at.length > 0 && (head === '*' || head === String(at[0])) && partsFit(rest, at.slice(1));
}
