import type { Entity, Message } from '../page.ts';

/** Thrown by the parsers, with Telegram's words for what is wrong with the text. */
export class Unparsable extends Error {}

/** Telegram counts bytes of UTF-8 in its messages; JavaScript counts UTF-16 units. */
export const atByte = (source: string, index: number): string =>
  `at byte offset ${Buffer.byteLength(source.slice(0, index))}`;

/** An entity without those of its members that are not known. */
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

/** In order, without what stands inside of code, which has no form of its own. */
export function arranged(text: string, entities: readonly Entity[]): Message {
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
