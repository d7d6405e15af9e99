import type { Message } from '../../page.ts';
import { ParseError } from '../entities.ts';

/** A message with its entities in one word each, for comparing. */
export const brief = ({ text, entities }: Message) => ({
  text,
  entities: entities.map(({ type, offset, length, url, language }) =>
    [type, offset, length, url, language].filter((part) => part !== undefined).join(' '),
  ),
});

/** What a parser says of a text that it refuses. */
export function refusalOf(parse: () => Message): string | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    if (error instanceof ParseError) return error.message;
    throw error;
  }
}
