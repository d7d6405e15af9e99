import type { Entity, Message } from '../page.ts';
import { characterReference } from './character-reference.ts';
import { atByte, entity, ParseError, withSortedEntities } from './entities.ts';
import { isUserLink, linkTarget } from './link-target.ts';

/** Telegram's tags and the entity types of their content. */
const entityTypes: Readonly<Record<string, string>> = {
  a: 'text_link',
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  u: 'underline',
  ins: 'underline',
  span: 'spoiler',
  'tg-spoiler': 'spoiler',
  'tg-emoji': 'custom_emoji',
  'tg-time': 'date_time',
  pre: 'pre',
  code: 'code',
  blockquote: 'blockquote',
};

interface Open {
  readonly tag: string;
  /** Value of the tag's attribute: a link's address, the language of code and so on. */
  readonly argument: string;
  readonly offset: number;
}

/**
 * Parses a message with `parse_mode` HTML as the Bot API does: https://core.telegram.org/bots/api#html-style. Errors
 * and their texts follow tdlib, the library that Telegram's own server is built on (github.com/tdlib/td,
 * td/telegram/MessageEntity.cpp). `tg-time` is accepted but gives no entity.
 *
 * @throws Unparsable
 */
export const parseHtml = (source: string): Message => new HtmlReader(source).read();

class HtmlReader {
  readonly #source: string;
  readonly #open: Open[] = [];
  readonly #entities: Entity[] = [];
  #at = 0;
  #text = '';
  #hasLoneSurrogate = false;

  constructor(source: string) {
    this.#source = source;
  }

  read(): Message {
    while (!this.#ended) {
      if (this.#next !== '<') this.#text += this.#take(/[^<&]+/y) || this.#character();
      else if (this.#source[this.#at + 1] === '/') this.#endTag();
      else this.#startTag();
    }
    const unclosed = this.#open.at(-1);
    if (unclosed) throw new ParseError(`Can't find end tag corresponding to start tag "${unclosed.tag}"`);
    if (this.#hasLoneSurrogate) {
      throw new ParseError(
        'Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units',
      );
    }
    // Telegram keeps the language of code blocks, but not of inline code.
    const plain = ({ type, offset, length }: Entity) => ({ type, offset, length });
    return withSortedEntities(
      this.#text,
      this.#entities.map((one) => (one.type === 'code' ? plain(one) : one)),
    );
  }

  get #next(): string | undefined {
    return this.#source[this.#at];
  }

  get #ended(): boolean {
    return this.#at >= this.#source.length;
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  /** Reads one character or character reference; an unknown reference is kept literally. */
  #character(): string {
    const reference = this.#next === '&' ? characterReference(this.#source, this.#at) : undefined;
    this.#hasLoneSurrogate ||= /^[\ud800-\udfff]$/.test(reference?.character ?? '');
    this.#at += reference?.length ?? 1;
    return reference?.character ?? this.#source[this.#at - 1] ?? '';
  }

  #startTag(): void {
    const where = atByte(this.#source, this.#at);
    this.#at += 1;
    const tag = this.#take(/[^ \t\r\n\v>]*/y).toLowerCase();
    if (this.#ended) throw new ParseError(`Unclosed start tag ${where}`);
    if (!Object.hasOwn(entityTypes, tag)) throw new ParseError(`Unsupported start tag "${tag}" ${where}`);
    let argument = '';
    for (this.#space(); this.#next !== '>'; this.#space()) argument = this.#attribute(tag, where) ?? argument;
    this.#at += 1;
    if (tag === 'span' && argument !== 'spoiler') {
      throw new ParseError(`Tag "span" must have class "tg-spoiler" ${where}`);
    }
    this.#open.push({ tag, argument, offset: this.#text.length });
  }

  /** @returns the attribute's value if it matters for the tag. */
  #attribute(tag: string, where: string): string | undefined {
    const name = this.#take(/[^ \t\r\n\v=>/"']*/y);
    if (name === '') throw new ParseError(`Empty attribute name in the tag "${tag}" ${where}`);
    this.#space();
    if (this.#ended) throw new ParseError(`Unclosed start tag "${tag}" ${where}`);
    if (this.#next !== '=') return argumentOf(tag, name, '');
    this.#at += 1;
    this.#space();
    if (this.#ended) throw new ParseError(`Unclosed start tag "${tag}" ${where}`);
    const value = this.#value();
    if (this.#ended) throw new ParseError(`Unclosed start tag ${where}`);
    return argumentOf(tag, name, value);
  }

  #value(): string {
    const quote = this.#next;
    if (quote !== '"' && quote !== "'") {
      const where = atByte(this.#source, this.#at);
      const token = this.#take(/[a-z0-9.-]*/iy).toLowerCase();
      if (!this.#ended && !/[ \t\r\n\v>]/.test(this.#next ?? '')) {
        throw new ParseError(`Unexpected end of name token ${where}`);
      }
      return token;
    }
    this.#at += 1;
    let value = '';
    while (!this.#ended && this.#next !== quote) value += this.#character();
    this.#at += 1;
    return value;
  }

  #endTag(): void {
    const where = atByte(this.#source, this.#at);
    const open = this.#open.pop();
    if (!open) throw new ParseError(`Unexpected end tag ${where}`);
    this.#at += 2;
    const tag = this.#take(/[^ \t\r\n\v>]*/y).toLowerCase();
    this.#space();
    if (this.#next !== '>') throw new ParseError(`Unclosed end tag ${where}`);
    if (tag !== '' && tag !== open.tag) {
      throw new ParseError(`Unmatched end tag ${where}, expected "</${open.tag}>", found "</${tag}>"`);
    }
    this.#at += 1;
    if (this.#text.length > open.offset) this.#close(open);
  }

  #close({ tag, argument, offset }: Open): void {
    const end = this.#text.length;
    const add = (type: string, more = {}) => this.#entities.push(entity(type, offset, end, more));
    if (tag === 'a') {
      const url = argument || this.#text.slice(offset);
      const target = linkTarget(url);
      if (isUserLink(url)) add('text_mention');
      else if (target !== undefined) add('text_link', { url: target });
    } else if (tag === 'tg-emoji' && !/^-?0*[1-9]\d*$/.test(argument)) {
      throw new ParseError('Invalid custom emoji identifier specified');
    } else if (tag === 'pre' || tag === 'code') {
      // `pre` directly around `code`, or the reverse, is one block in the language of the code.
      const last = this.#entities.at(-1);
      const same = last?.offset === offset && last.length === end - offset;
      const other = tag === 'pre' ? 'code' : 'pre';
      const language = same && last.type === other ? (tag === 'pre' ? last.language : argument) : undefined;
      if (language) this.#entities.pop();
      add(language ? 'pre' : tag, { language: language || argument });
    } else if (tag !== 'tg-time') {
      add(tag === 'blockquote' && argument ? 'expandable_blockquote' : (entityTypes[tag] ?? tag));
    }
  }

  #space(): void {
    this.#take(/[ \t\r\n\v]*/y);
  }
}

function argumentOf(tag: string, name: string, value: string): string | undefined {
  if (tag === 'a' && name === 'href') return value;
  if (tag === 'code' && name === 'class' && value.startsWith('language-'))
    return value.slice('language-'.length);
  if (tag === 'span' && name === 'class' && value.startsWith('tg-')) return value.slice('tg-'.length);
  if (tag === 'tg-emoji' && name === 'emoji-id') return value;
  if (tag === 'blockquote' && name === 'expandable') return 'yes';
  return undefined;
}
