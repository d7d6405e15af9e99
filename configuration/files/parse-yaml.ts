import { type Document, parseDocument } from 'yaml';
import { map, type Yaml } from './yaml.ts';

/* A run asks for the same few texts again and again, at every look of a wait too: each is parsed once. */

class Parsed {
  readonly document: Document;
  #value: { readonly is: unknown } | undefined;

  constructor(text: string) {
    this.document = parseDocument(text, { merge: true, logLevel: 'error' });
  }

  get value(): unknown {
    const [error] = this.document.errors;
    if (error) throw error;
    this.#value ??= { is: this.document.toJS() };
    return this.#value.is;
  }
}

const known = new Map<string, Parsed>();
/** The files of a large system have fewer characters, as written and as used together. So each file is parsed once. */
const mostCharacters = 10_000_000;
let characters = 0;

function parsed(text: string): Parsed {
  const found = known.get(text);
  if (found) return found;
  const parsing = new Parsed(text);
  known.set(text, parsing);
  characters += text.length;
  for (const oldest of known.keys()) {
    if (characters <= mostCharacters || oldest === text) break;
    known.delete(oldest);
    characters -= oldest.length;
  }
  return parsing;
}

/** A text as a document, with its faults; everybody has the same one, so change only a clone. */
export const documentOf = (text: string): Document => parsed(text).document;

/** @throws YAMLParseError at its first fault. */
export const dataOf = (text: string): unknown => parsed(text).value;

/** What a file says, which is a map. @throws YAMLParseError at its first fault. */
export const yamlOf = (text = ''): Yaml => map(dataOf(text));

/** What a text says; `undefined` if it cannot be parsed, whose faults are told where it is configured. */
export function tryParse(text = ''): unknown {
  try {
    return dataOf(text);
  } catch {
    return undefined;
  }
}

/** The same of what is a map; anything else says nothing. */
export const orEmpty = (text = ''): Yaml => map(tryParse(text));
