import type { Entity, Message } from '../page.ts';
import { characterReference } from './character-reference.ts';
import { arranged, atByte, entity, Unparsable } from './entities.ts';
import { isUserLink, linkTarget } from './link-target.ts';

/** The tags that Telegram knows, and what they make of their content. */
const forms: Readonly<Record<string, string>> = {
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
  /** What the tag's attribute says: a link's address, code's language and so on. */
  readonly argument: string;
  readonly offset: number;
}

/**
 * Reads a message with `parse_mode` HTML as the Bot API does: https://core.telegram.org/bots/api#html-style.
 * What it refuses, and in which words, follows tdlib, the library that Telegram's own server is built on
 * (github.com/tdlib/td, td/telegram/MessageEntity.cpp). `tg-time` is taken but leaves no entity.
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
  #half = false;

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
    if (unclosed) throw new Unparsable(`Can't find end tag corresponding to start tag "${unclosed.tag}"`);
    if (this.#half) {
      throw new Unparsable(
        'Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units',
      );
    }
    // Telegram keeps the language of a block of code, not that of code within a line.
    const plain = ({ type, offset, length }: Entity) => ({ type, offset, length });
    return arranged(
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

  /** One character, or what a character reference stands for; an unknown reference stays as it is. */
  #character(): string {
    const reference = this.#next === '&' ? characterReference(this.#source, this.#at) : undefined;
    this.#half ||= /^[\ud800-\udfff]$/.test(reference?.character ?? '');
    this.#at += reference?.length ?? 1;
    return reference?.character ?? this.#source[this.#at - 1] ?? '';
  }

  #startTag(): void {
    const where = atByte(this.#source, this.#at);
    this.#at += 1;
    const tag = this.#take(/[^ \t\r\n\v>]*/y).toLowerCase();
    if (this.#ended) throw new Unparsable(`Unclosed start tag ${where}`);
    if (!Object.hasOwn(forms, tag)) throw new Unparsable(`Unsupported start tag "${tag}" ${where}`);
    let argument = '';
    for (this.#space(); this.#next !== '>'; this.#space()) argument = this.#attribute(tag, where) ?? argument;
    this.#at += 1;
    if (tag === 'span' && argument !== 'spoiler') {
      throw new Unparsable(`Tag "span" must have class "tg-spoiler" ${where}`);
    }
    this.#open.push({ tag, argument, offset: this.#text.length });
  }

  /** @returns what it says of the tag's content, where it says anything. */
  #attribute(tag: string, where: string): string | undefined {
    const name = this.#take(/[^ \t\r\n\v=>/"']*/y);
    if (name === '') throw new Unparsable(`Empty attribute name in the tag "${tag}" ${where}`);
    this.#space();
    if (this.#ended) throw new Unparsable(`Unclosed start tag "${tag}" ${where}`);
    if (this.#next !== '=') return argumentOf(tag, name, '');
    this.#at += 1;
    this.#space();
    if (this.#ended) throw new Unparsable(`Unclosed start tag "${tag}" ${where}`);
    const value = this.#value();
    if (this.#ended) throw new Unparsable(`Unclosed start tag ${where}`);
    return argumentOf(tag, name, value);
  }

  #value(): string {
    const quote = this.#next;
    if (quote !== '"' && quote !== "'") {
      const where = atByte(this.#source, this.#at);
      const token = this.#take(/[a-z0-9.-]*/iy).toLowerCase();
      if (!this.#ended && !/[ \t\r\n\v>]/.test(this.#next ?? '')) {
        throw new Unparsable(`Unexpected end of name token ${where}`);
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
    if (!open) throw new Unparsable(`Unexpected end tag ${where}`);
    this.#at += 2;
    const tag = this.#take(/[^ \t\r\n\v>]*/y).toLowerCase();
    this.#space();
    if (this.#next !== '>') throw new Unparsable(`Unclosed end tag ${where}`);
    if (tag !== '' && tag !== open.tag) {
      throw new Unparsable(`Unmatched end tag ${where}, expected "</${open.tag}>", found "</${tag}>"`);
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
      throw new Unparsable('Invalid custom emoji identifier specified');
    } else if (tag === 'pre' || tag === 'code') {
      // `pre` right around `code`, or the other way, is one block, in the language that the code names.
      const last = this.#entities.at(-1);
      const same = last?.offset === offset && last.length === end - offset;
      const other = tag === 'pre' ? 'code' : 'pre';
      const language = same && last.type === other ? (tag === 'pre' ? last.language : argument) : undefined;
      if (language) this.#entities.pop();
      add(language ? 'pre' : tag, { language: language || argument });
    } else if (tag !== 'tg-time') {
      add(tag === 'blockquote' && argument ? 'expandable_blockquote' : (forms[tag] ?? tag));
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
