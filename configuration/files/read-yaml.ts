import { type Document, isMap, isScalar, stringify, visit } from 'yaml';
import { badInput, messageOf } from '../../core/errors.ts';
import { foreignForm } from './foreign-forms.ts';
import { documentOf } from './parse-yaml.ts';

/**
 * Reads a configuration file. Aliases and merge keys are written out, so that whoever changes or checks a value finds
 * it where the component does; of such a file the comments are lost.
 *
 * @throws FiredrillError `bad-input` with every fault of the file's form, and when it is no map; an empty one is taken.
 */
export function readYaml(file: string, text: string): Document {
  const foreign = foreignForm(file, text);
  if (foreign) throw badInput(foreign);
  const document = documentOf(text);
  // A warning is of a tag that we do not know, and of which a component could make another value than we do.
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    throw badInput(
      ...faults.map(({ message, linePos }) => ({
        where: `${file}:${linePos?.[0].line ?? 1}`,
        // The place is told beside it; what follows is a picture of the line, maybe with a secret in it.
        message: message.replace(/ at line \d+, column \d+:?[\s\S]*/, '').split('\n')[0] ?? message,
      })),
    );
  }
  const plain = hasReferences(document) ? writtenOut(file, document) : document;
  if (isMap(plain.contents) || isEmpty(plain)) return plain.clone();
  throw badInput({ where: file, message: 'expected a map (key: value)' });
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
