import { readFile } from 'node:fs/promises';
import { type Document, isMap, isScalar, stringify, visit, type YAMLError } from 'yaml';
import { badInput, messageOf, type Problem } from '../../core/errors.ts';
import { unreadable } from '../../core/file-errors.ts';
import { pathText, type WhereOf } from '../../core/path.ts';
import { foreignForm } from './foreign-forms.ts';
import { documentOf } from './parse-yaml.ts';
import { Place } from './place.ts';

/**
 * Returns the parser's errors with their lines. Only the first syntax error is returned, because it usually causes the
 * later ones.
 *
 * @param file the path that the user knows.
 */
export function syntaxProblems(
  file: string,
  faults: readonly Pick<YAMLError, 'code' | 'message' | 'linePos'>[],
): Problem[] {
  const first = faults.findIndex(({ code }) => !selfContained.has(code));
  return faults
    .filter(({ code }, i) => i === first || selfContained.has(code))
    .map(({ message, linePos }) => ({
      where: `${file}:${linePos?.[0].line ?? 1}`,
      // The rest of the message repeats the position and quotes the line, which may contain a secret.
      message: message.replace(/ at line \d+, column \d+:?[\s\S]*/, '').split('\n')[0] ?? message,
    }));
}

/** Errors that cause no other errors in the rest of the file. */
const selfContained: ReadonlySet<string> = new Set(['DUPLICATE_KEY', 'TAG_RESOLVE_FAILED', 'BAD_ALIAS']);

/** A file of the user, and the locations of its parts for messages. */
export interface UserYaml {
  readonly input: unknown;
  readonly place: Place;
  readonly whereOf: WhereOf;
}

/**
 * Reads a YAML file of the user that no component reads.
 *
 * @param shown its path, for messages.
 * @param hint what to do if it cannot be read.
 * @throws FiredrillError `bad-input` if it cannot be read, or with its syntax errors.
 */
export async function readUserYaml(path: string, shown: string, hint?: string): Promise<UserYaml> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw badInput({ where: shown, message: unreadable(error), ...(hint ? { hint } : {}) });
  });
  const document = documentOf(text);
  if (document.errors.length > 0) throw badInput(...syntaxProblems(shown, document.errors));
  const place = new Place(shown, text);
  return {
    input: document.toJS(),
    place,
    whereOf: (at) => (at.length === 0 ? shown : `${place.to(...at).line}: ${pathText(at)}`),
  };
}

/**
 * Reads a configuration file. Aliases and merge keys are written out, so that every value is where the component finds
 * it. A file with aliases or merge keys loses its comments.
 *
 * @throws FiredrillError as `requireYaml` does.
 */
export const readYaml = (path: string, text: string, place?: Place): Document =>
  requireYaml(path, text, place).clone();

/**
 * Returns the document of a configuration file. All callers share the document and must not change it.
 *
 * @param place the location of the file, for messages.
 * @throws FiredrillError `bad-input` with every syntax error, or if the document is neither a map nor empty.
 */
export function requireYaml(path: string, text: string, place = new Place(path, text)): Document {
  const { file } = place;
  const foreign = foreignForm(path, text, file);
  if (foreign) throw badInput(foreign);
  const document = documentOf(text);
  // A warning is about an unknown tag. A component might read its value differently.
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) throw badInput(...syntaxProblems(file, faults));
  const plain = hasReferences(document) ? writtenOut(file, document) : document;
  if (isMap(plain.contents) || isEmpty(plain)) return plain;
  throw badInput(place.problem('expected a map (key: value)'));
}

const isEmpty = ({ contents }: Document): boolean =>
  contents === null || (isScalar(contents) && contents.value === null);

function hasReferences(document: Document): boolean {
  let found = false;
  visit(document, {
    Alias: () => {
      found = true;
      return visit.BREAK;
    },
    Pair: (_, { key }) => {
      // The parser gives a merge key a symbol of its own.
      if (isScalar(key) && (key.value === '<<' || typeof key.value === 'symbol')) {
        found = true;
        return visit.BREAK;
      }
    },
  });
  return found;
}

/** Plain data as YAML. Texts are in quotes, because a component that reads YAML 1.1 takes an unquoted `yes` for a boolean. */
export const yamlText = (data: unknown): string =>
  stringify(data, {
    aliasDuplicateObjects: false,
    defaultKeyType: 'PLAIN',
    defaultStringType: 'QUOTE_DOUBLE',
    lineWidth: 0,
  });

function writtenOut(file: string, document: Document): Document {
  try {
    return documentOf(yamlText(document.toJS()));
  } catch (error) {
    throw badInput({ where: file, message: messageOf(error) });
  }
}
