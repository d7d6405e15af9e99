import { type Document, isAlias, isMap, isNode, isScalar, isSeq } from 'yaml';
import type { Problem } from '../../core/errors.ts';
import { type Path, pathText } from '../../core/path.ts';
import { documentOf } from './parse-yaml.ts';

/** Where something is written: a file as the user knows it, its text, and the path in it. */
export interface Written {
  readonly file: string;
  readonly text: string;
  readonly path: Path;
}

/** Where a part of a file is written that was made of files of the user. What is below `at` is below its path too. */
export interface WrittenPart extends Written {
  /** Path in the file that was made. */
  readonly at: Path;
}

/** A file that is written as it is used. */
export const wholeOf = (file: string, text: string): WrittenPart => ({ at: [], file, text, path: [] });

/** Where what is at a path of a made file is written: by the part nearest to it. */
export function writtenAt(parts: readonly WrittenPart[], path: Path): Written | undefined {
  const above = parts.filter(({ at }) => at.every((key, i) => String(key) === String(path[i])));
  const nearest = above.toSorted((a, b) => b.at.length - a.at.length)[0];
  if (nearest === undefined) return undefined;
  const { file, text } = nearest;
  return { file, text, path: [...nearest.path, ...path.slice(nearest.at.length)] };
}

/** A location in a YAML or JSON file, for messages: `checkout.yml:14: groups[checkout].rules[CheckoutSlow].expr`. */
export class Place {
  readonly file: string;
  readonly #text: string;
  readonly #path: Path;
  readonly #parts: readonly WrittenPart[];

  /**
   * @param file the path that the user knows.
   * @param text the file as written.
   * @param parts where its parts are written, if it was made of other files. Default: in it.
   */
  constructor(file: string, text: string, path: Path = [], parts: readonly WrittenPart[] = []) {
    this.file = file;
    this.#text = text;
    this.#path = path;
    this.#parts = parts;
  }

  /** A location inside of this one. It need not exist. */
  to(...keys: Path): Place {
    return new Place(this.file, this.#text, [...this.#path, ...keys], this.#parts);
  }

  get #written(): Written {
    return writtenAt(this.#parts, this.#path) ?? { file: this.file, text: this.#text, path: this.#path };
  }

  /** The file, the line, and the path with the entries of lists by their names. */
  get spot(): { readonly file: string; readonly line?: number; readonly path: string } {
    const { file, text, path } = this.#written;
    const document = documentOf(text);
    const { names, offset } = follow(document, path);
    return { file, path: names, ...(offset === undefined ? {} : { line: lineOf(document, text, offset) }) };
  }

  /** The file and the line. If the location does not exist, the line of the nearest parent that exists. */
  get line(): string {
    const { file, line } = this.spot;
    return line === undefined ? file : `${file}:${line}`;
  }

  get where(): string {
    const { path, file } = this.spot;
    return path === '' ? file : `${this.line}: ${path}`;
  }

  problem(message: string, hint?: string): Problem {
    return { where: this.where, message, ...(hint === undefined ? {} : { hint }) };
  }
}

export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/** Where the lines of a file end. A file may have thousands of findings. */
const lineEnds = new WeakMap<Document, readonly number[]>();

/** The same as `lineAt`, for many offsets of one file. */
function lineOf(document: Document, text: string, offset: number): number {
  const ends = lineEnds.get(document) ?? [...text.matchAll(/\n/g)].map(({ index }) => index);
  lineEnds.set(document, ends);
  let [before, after] = [0, ends.length];
  while (before < after) {
    const middle = (before + after) >> 1;
    if ((ends[middle] ?? offset) < offset) before = middle + 1;
    else after = middle;
  }
  return before + 1;
}

interface Followed {
  /** The path, with the entries of lists by their names. */
  readonly names: string;
  /** The offset in the text of the last part of the path that exists. */
  readonly offset?: number;
}

function follow(document: Document, path: Path): Followed {
  let node: unknown = document.contents;
  let offset: number | undefined;
  let names = '';
  path.forEach((key) => {
    const parent = resolved(node, document);
    const found = isSeq(parent) ? itemOf(parent.items, key) : entryOf(parent, key, document);
    offset = found?.offset ?? offset;
    node = found?.value;
    const name = isSeq(parent) ? nameAmong(parent.items, key, document) : undefined;
    names = name === undefined ? pathText([...(names === '' ? [] : [names]), key]) : `${names}[${name}]`;
  });
  return { names, ...(offset === undefined ? {} : { offset }) };
}

const resolved = (node: unknown, document: Document): unknown =>
  isAlias(node) ? node.resolve(document) : node;

interface Found {
  readonly value: unknown;
  readonly offset?: number | undefined;
}

const startOf = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined);

const itemOf = (items: readonly unknown[], key: string | number): Found | undefined =>
  typeof key === 'number' && key < items.length
    ? { value: items[key], offset: startOf(items[key]) }
    : undefined;

/** Finds the entry of a key in a map or in the maps that are merged into it. */
function entryOf(node: unknown, key: string | number, document: Document): Found | undefined {
  const map = resolved(node, document);
  if (isSeq(map)) return map.items.map((item) => entryOf(item, key, document)).find(Boolean);
  if (!isMap(map)) return undefined;
  const pair = map.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
  if (pair) return { value: pair.value, offset: startOf(pair.key) };
  return map.items
    .filter((item) => isScalar(item.key) && (item.key.value === '<<' || typeof item.key.value === 'symbol'))
    .map(({ value }) => entryOf(value, key, document))
    .find(Boolean);
}

/** Keys by which users know the entries of lists. */
const naming = ['alert', 'record', 'title', 'name', 'job_name', 'refId', 'uid'];

/** The names of the entries of lists that have been asked for, `undefined` where several have the same or none. */
const namesInLists = new WeakMap<readonly unknown[], readonly (string | undefined)[]>();

/** The name of an entry, if no other entry of the list has the same. */
function nameAmong(items: readonly unknown[], key: string | number, document: Document): string | undefined {
  const names = namesInLists.get(items) ?? namesOf(items, document);
  namesInLists.set(items, names);
  return names[Number(key)];
}

/** A template, such as the title of a message, tells nobody which entry is meant. */
const isName = (value: unknown): value is string =>
  typeof value === 'string' && value.trim() !== '' && !/\{\{|\n./.test(value);

function namesOf(items: readonly unknown[], document: Document): (string | undefined)[] {
  const names = items.map((item) => {
    const map = resolved(item, document);
    const values = isMap(map) ? naming.map((one) => map.get(one)) : [];
    return values.find(isName);
  });
  const each = Map.groupBy(names, (name) => name);
  return names.map((name) => (each.get(name)?.length === 1 ? name : undefined));
}
