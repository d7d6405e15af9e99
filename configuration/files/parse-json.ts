import { badInput, messageOf } from '../../core/errors.ts';
import { documentOf } from './parse-yaml.ts';
import { lineAt, type Place } from './place.ts';

/**
 * Reads a text as JSON.
 *
 * @throws FiredrillError `bad-input` for a text that is not JSON, with the line if the text is not YAML either.
 */
export function parseJson(text: string, place: Place): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const [fault] = documentOf(text).errors;
    const where = fault ? `${place.file}:${lineAt(text, fault.pos[0])}` : place.file;
    throw badInput({ where, message: `is no JSON: ${messageOf(error)}` });
  }
}
