import type { Entity, Message } from '../page.ts';
import { ParseError, withSortedEntities } from './entities.ts';
import { foundUrls } from './found-urls.ts';
import { parseHtml } from './html.ts';
import { parseMarkdown } from './markdown.ts';
import { parseMarkdownV2 } from './markdown-v2.ts';

/** In characters (code points), after markup has been parsed; https://core.telegram.org/bots/api#sendmessage */
export const maxCharacters = 4096;
const maxSourceBytes = 1 << 15;

const parsers: Readonly<Record<string, (source: string) => Message>> = {
  html: parseHtml,
  markdown: parseMarkdown,
  markdownv2: parseMarkdownV2,
};

/** The message made of a text, or Telegram's error description. */
export type Composed = { readonly message: Message } | { readonly refusal: string };

/**
 * Makes a message of a text as `sendMessage` does, in the order of checks of the Bot API server
 * (github.com/tdlib/telegram-bot-api, Client.cpp). The caller checks the length: see `tooLong`.
 */
export function compose(text: string, parseMode: string): Composed {
  if (text === '') return { refusal: 'message text is empty' };
  if (Buffer.byteLength(text) > maxSourceBytes) return { refusal: 'text is too long' };
  const mode = parseMode.toLowerCase();
  const parser = mode === '' || mode === 'none' ? plain : Object.hasOwn(parsers, mode) && parsers[mode];
  if (!parser) return { refusal: 'unsupported parse_mode' };
  try {
    const parsed = trimmed(parser(text));
    if (parsed.text === '') return { refusal: 'text must be non-empty' };
    return {
      message: withSortedEntities(parsed.text, [
        ...parsed.entities,
        ...foundUrls(parsed.text, parsed.entities),
      ]),
    };
  } catch (error) {
    if (error instanceof ParseError) return { refusal: `can't parse entities: ${error.message}` };
    throw error;
  }
}

export const tooLong = ({ text }: Message): boolean =>
  text.length > maxCharacters && [...text].length > maxCharacters;

const plain = (text: string): Message => ({ text, entities: [] });

/** Carriage returns, direction marks and combining lines, which Telegram removes. */
const dropped = /[\r\u2028-\u202e]|\u0333|\u033f|\u030a/;

/** Matches texts that `cleaned` may change. */
const unclean = new RegExp(`[^\\P{Cc}\\n]|${dropped.source}`, 'u');

/** Removes what Telegram drops, replaces control characters by spaces, and trims. */
function trimmed(message: Message): Message {
  const { text, entities } = unclean.test(message.text) ? cleaned(message) : message;
  const end = text.replace(/[ \n]+$/, '').length;
  const within = entities
    .map((one) => moveTo(one, one.offset, Math.min(one.offset + one.length, end)))
    .filter((one) => one.length > 0);
  // Leading space is kept from the first entity on.
  const front = text.slice(0, Math.min(end, ...within.map(({ offset }) => offset)));
  const start = front.length - front.replace(/^[ \n]+/, '').length;
  return {
    text: text.slice(start, end),
    entities: within.map((one) => ({ ...one, offset: one.offset - start })),
  };
}

function cleaned({ text, entities }: Message): Message {
  let kept = '';
  // Index in `kept` of each UTF-16 unit of the parsed text.
  const places: number[] = [];
  for (const c of text) {
    for (let unit = 0; unit < c.length; unit += 1) places.push(kept.length + unit);
    if (!dropped.test(c)) kept += c < ' ' && c !== '\n' ? ' ' : c;
  }
  places.push(kept.length);
  const place = (at: number) => places[at] ?? kept.length;
  return {
    text: kept,
    entities: entities.map((one) => moveTo(one, place(one.offset), place(one.offset + one.length))),
  };
}

const moveTo = (one: Entity, offset: number, end: number): Entity => ({
  ...one,
  offset,
  length: end - offset,
});
