import { type Document, isMap, isNode, isScalar, isSeq } from 'yaml';
import { type Problem, tryRead } from '../../core/errors.ts';
import type { Path } from '../../core/path.ts';
import type { Replacement } from '../../core/record.ts';
import type { Adoption, LeftOutRule } from '../files/files.ts';
import { Place, type Written, type WrittenPart, wholeOf, writtenAt } from '../files/place.ts';
import { readYaml } from '../files/read-yaml.ts';

/** What was done with a part of a file, and why; without values that could be secret. */
export interface Done {
  readonly what: string;
  readonly why: string;
}

/** The files of a user while they are made into such as a drill can use. */
export class Adopting {
  readonly #names: Map<string, string>;
  readonly #texts: Map<string, string>;
  readonly #parts = new Map<string, readonly WrittenPart[]>();
  readonly #originals: ReadonlyMap<string, string>;
  readonly #replacements: Replacement[] = [];
  readonly #problems: Problem[] = [];
  readonly #own: ReadonlySet<string>;
  readonly #leftOutRules = new Map<string, LeftOutRule>();

  /**
   * @param files texts by path, the user's laid over the project's.
   * @param names where each file is for a person.
   * @param own paths of the user's files; others are not changed.
   */
  constructor(files: ReadonlyMap<string, string>, names: ReadonlyMap<string, string>, own: Iterable<string>) {
    this.#texts = new Map(files);
    this.#names = new Map(names);
    this.#own = new Set(own);
    this.#originals = new Map([...this.#own].map((path) => [path, files.get(path) ?? '']));
  }

  get texts(): ReadonlyMap<string, string> {
    return this.#texts;
  }

  get names(): ReadonlyMap<string, string> {
    return this.#names;
  }

  get adoption(): Adoption {
    return {
      replacements: this.#replacements,
      problems: this.#problems,
      parts: this.#parts,
      originals: this.#originals,
      leftOutRules: this.#leftOutRules,
    };
  }

  /** The user's files of a folder, such as `prometheus`, with those that were made of them. */
  pathsIn(folder: string): string[] {
    return [...this.#texts.keys()].filter((path) => path.startsWith(`${folder}/`) && this.isOwn(path));
  }

  /** Whether a file is the user's, or was made of one. */
  isOwn(path: string): boolean {
    return this.#texts.has(path) && (this.#own.has(path) || this.#parts.has(path));
  }

  /** The location of a file, for messages. */
  place(path: string): Place {
    return new Place(
      this.#names.get(path) ?? path,
      this.#texts.get(path) ?? '',
      [],
      this.#parts.get(path) ?? [],
    );
  }

  /** Where the parts of a file are written. */
  partsOf(path: string): readonly WrittenPart[] {
    return this.#parts.get(path) ?? [wholeOf(this.place(path).file, this.#texts.get(path) ?? '')];
  }

  /** The same of what a file is made of. */
  placeOf({ file, text, path }: Written): Place {
    return new Place(file, text, path);
  }

  /** Adds a rule that a drill cannot judge to the list. */
  listRule(alert: string, place: Place, why: string): void {
    this.list(place, { what: 'left out: a drill cannot judge this rule', why });
    this.#leftOutRules.set(alert, { line: place.line, why });
  }

  /** Adds an entry to the list of replacements. */
  list(place: Place, { what, why }: Done): void {
    const { file, line, path } = place.spot;
    this.#replacements.push({ file, path, ...(line === undefined ? {} : { line }), what, why });
  }

  /** Tells what cannot be decided. The files are not drilled as long as it stands. */
  refuse(place: Place, message: string, hint: string): void {
    this.#problems.push(place.problem(message, hint));
  }

  /**
   * Changes a file of the user. One that cannot be read stays as it is: its faults are told elsewhere.
   *
   * @param edit gets the document, and the location of the file before the change.
   */
  change(path: string, edit: (document: Document, place: Place) => void): void {
    if (this.isOwn(path))
      this.extend(path, (document, place) => {
        edit(document, place);
        return [];
      });
  }

  /**
   * The same, also of a file of the project.
   *
   * @param edit returns where the parts are written that it has added.
   */
  extend(path: string, edit: (document: Document, place: Place) => readonly WrittenPart[]): void {
    const text = this.#texts.get(path);
    const document = text === undefined ? undefined : tryRead(() => readYaml(path, text));
    if (text === undefined || !document) return;
    const place = this.place(path);
    const before = pathsOf(document);
    const unchanged = document.toString({ lineWidth: 0 });
    const added = edit(document, place);
    const changed = document.toString({ lineWidth: 0 });
    // Otherwise a file with anchors would lose its comments.
    if (changed === unchanged) return;
    const known = this.#parts.get(path) ?? [wholeOf(place.file, text)];
    const whole = known.filter(({ at }) => at.length === 0);
    this.#parts.set(path, [...whole, ...moved(document, before, known), ...added]);
    this.#texts.set(path, changed);
  }

  /**
   * Makes a file, or another one of a file.
   *
   * @param name the file of the user that it is made of, for a person.
   */
  put(path: string, text: string, name: string, parts: readonly WrittenPart[]): void {
    this.#texts.set(path, text);
    this.#names.set(path, name);
    this.#parts.set(path, parts);
  }

  remove(path: string): void {
    this.#texts.delete(path);
    this.#parts.delete(path);
  }
}

/** The path of each node of a document. */
function pathsOf(document: Document): ReadonlyMap<unknown, Path> {
  const paths = new Map<unknown, Path>();
  const visit = (node: unknown, path: Path): void => {
    if (isNode(node)) paths.set(node, path);
    for (const [key, value] of entriesOf(node)) visit(value, [...path, key]);
  };
  visit(document.contents, []);
  return paths;
}

function entriesOf(node: unknown): (readonly [string | number, unknown])[] {
  if (isSeq(node)) return [...node.items.entries()];
  if (!isMap(node)) return [];
  return node.items.map(({ key, value }) => [String(isScalar(key) ? key.value : key), value]);
}

/** Where the nodes of a document are written that are at another path than their parent's and their key together. */
function moved(
  document: Document,
  before: ReadonlyMap<unknown, Path>,
  known: readonly WrittenPart[],
): WrittenPart[] {
  const parts: WrittenPart[] = [];
  const visit = (node: unknown, at: Path, expected: Path): void => {
    const own = before.get(node) ?? expected;
    if (own.length !== expected.length || own.some((key, i) => key !== expected[i]) || isPart(known, own)) {
      const written = writtenAt(known, own);
      if (written) parts.push({ at, ...written });
    }
    for (const [key, value] of entriesOf(node)) visit(value, [...at, key], [...own, key]);
  };
  visit(document.contents, [], []);
  return parts;
}

const isPart = (known: readonly WrittenPart[], path: Path): boolean =>
  path.length > 0 &&
  known.some(({ at }) => at.length === path.length && at.every((key, i) => key === path[i]));
