import type { Entity, Message } from '../page.ts';

/** A syntax error in a message, with Telegram's description. */
export class ParseError extends Error {}

/** Telegram's error messages count UTF-8 bytes, whereas JavaScript counts UTF-16 units. */
export const atByte = (source: string, index: number): string =>
  `at byte offset ${Buffer.byteLength(source.slice(0, index))}`;

/** Makes an entity; unknown properties are left out. */
export const entity = (
  type: string,
  offset: number,
  end: number,
  more: { url?: string | undefined; language?: string | undefined } = {},
): Entity => ({
  type,
  offset,
  length: end - offset,
  ...(more.url ? { url: more.url } : {}),
  ...(more.language ? { language: more.language } : {}),
});

const rank = (type: string) => ['blockquote', 'expandable_blockquote', 'pre', 'code'].indexOf(type) + 1 || 5;

/** Sorts entities and removes those inside of code, which is not formatted. */
export function withSortedEntities(text: string, entities: readonly Entity[]): Message {
  const sorted = entities.toSorted(
    (a, b) => a.offset - b.offset || b.length - a.length || rank(a.type) - rank(b.type),
  );
  let codeEnd = 0;
  const kept = sorted.filter(({ type, offset, length }) => {
    if (offset < codeEnd) return false;
    if (type === 'pre' || type === 'code') codeEnd = offset + length;
    return true;
  });
  return { text, entities: kept };
}
