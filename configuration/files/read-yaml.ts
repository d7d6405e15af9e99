import { type Document, isMap, isScalar, stringify, visit, type YAMLError } from 'yaml';
import { badInput, messageOf, type Problem } from '../../core/errors.ts';
import { foreignForm } from './foreign-forms.ts';
import { documentOf } from './parse-yaml.ts';
import { Place } from './place.ts';

/**
 * What the parser says of a text, each with its line. Of what does not parse it is the first that counts: the parser
 * stumbles over the rest of the file because of it.
 *
 * @param file as a person knows it.
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
      // The place is told beside it; what follows is a picture of the line, maybe with a secret in it.
      message: message.replace(/ at line \d+, column \d+:?[\s\S]*/, '').split('\n')[0] ?? message,
    }));
}

/** Faults after which the parser goes on as if nothing were. */
const selfContained: ReadonlySet<string> = new Set(['DUPLICATE_KEY', 'TAG_RESOLVE_FAILED', 'BAD_ALIAS']);

/**
 * Reads a configuration file. Aliases and merge keys are written out, so that whoever changes or checks a value finds
 * it where the component does; of such a file the comments are lost.
 *
 * @throws FiredrillError as `requireYaml` does.
 */
export const readYaml = (path: string, text: string, place?: Place): Document =>
  requireYaml(path, text, place).clone();

/**
 * That a text is a configuration file's; everybody gets the same document, so change none.
 *
 * @param place of the file, for whoever is told of its faults.
 * @throws FiredrillError `bad-input` with every fault of the file's form, and when it is no map; an empty one is taken.
 */
export function requireYaml(path: string, text: string, place = new Place(path, text)): Document {
  const { file } = place;
  const foreign = foreignForm(path, text, file);
  if (foreign) throw badInput(foreign);
  const document = documentOf(text);
  // A warning is of a tag that we do not know, and of which a component could make another value than we do.
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

function writtenOut(file: string, document: Document): Document {
  try {
    return documentOf(
      // In quotes: unquoted, a text such as `yes` is none to a component that reads YAML 1.1.
      stringify(document.toJS(), {
        aliasDuplicateObjects: false,
        defaultKeyType: 'PLAIN',
        defaultStringType: 'QUOTE_DOUBLE',
      }),
    );
  } catch (error) {
    throw badInput({ where: file, message: messageOf(error) });
  }
}
