import type { Entity, Message } from '../page.ts';
import { atByte, entity, ParseError, withSortedEntities } from './entities.ts';
import { isUserLink, linkTarget } from './link-target.ts';
import { closers, openers, type Type, types } from './markdown-v2-marks.ts';

interface Open {
  readonly type: Type;
  readonly language: string;
  /** Offset in the parsed text. */
  readonly offset: number;
  /** Offset in the source. */
  readonly start: number;
}

/**
 * Parses a message with `parse_mode` MarkdownV2 as the Bot API does:
 * https://core.telegram.org/bots/api#markdownv2-style. Errors and their texts follow tdlib (github.com/tdlib/td,
 * td/telegram/MessageEntity.cpp). `tg://time` is accepted but gives no entity.
 *
 * @throws Unparsable
 */
export const parseMarkdownV2 = (source: string): Message => new MarkdownV2Reader(source).read();

class MarkdownV2Reader {
  readonly #source: string;
  readonly #open: Open[] = [];
  readonly #entities: Entity[] = [];
  #at = 0;
  #text = '';
  /** Inside a quotation; quotations do not nest. */
  #quoting = false;
  #lineStart = true;

  constructor(source: string) {
    this.#source = source;
  }

  read(): Message {
    while (this.#at < this.#source.length) this.#step(this.#source[this.#at] ?? '');
    if (this.#quoting) this.#endLastQuote();
    const unclosed = this.#open.at(-1);
    if (unclosed) throw this.#noEndOf(unclosed);
    return withSortedEntities(this.#text, this.#entities);
  }

  #follows(expected: string): boolean {
    return this.#source.startsWith(expected, this.#at);
  }

  #step(c: string): void {
    const escaped = c === '\\' ? escapable(this.#source[this.#at + 1]) : undefined;
    const reserved = this.#inCode ? '`' : '_*[]()~`>#+-=|{}.!\n';
    if (escaped !== undefined) {
      this.#plain(escaped, escaped === '\n');
      this.#at += 1;
    } else if (!reserved.includes(c)) this.#plain(c, false);
    else if (this.#endsHere(c)) this.#end(c);
    else this.#begin(c);
  }

  #plain(c: string, startsLine: boolean): void {
    this.#text += c;
    this.#at += 1;
    if (c !== '\r') this.#lineStart = startsLine;
  }

  get #inCode(): boolean {
    return ['Code', 'Pre', 'PreCode'].includes(this.#open.at(-1)?.type ?? '');
  }

  #endsHere(c: string): boolean {
    const type = this.#open.at(-1)?.type;
    if (!type) return false;
    if (this.#quoting && c === '\n' && this.#source[this.#at + 1] !== '>') return true;
    // Two underscores never end italics.
    if (type === 'Italic') return c === '_' && !this.#follows('__');
    const closer = closers[type];
    return closer !== undefined && this.#follows(closer);
  }

  #begin(c: string): void {
    const start = this.#at;
    const [opener, type] = openers.find(([opener]) => this.#follows(opener)) ?? [];
    if (opener !== undefined && type) {
      this.#at += opener.length;
      const language = type === 'Pre' ? this.#language() : '';
      this.#open.push({ type: language ? 'PreCode' : type, language, offset: this.#text.length, start });
    } else if (c === '\n') this.#plain(c, true);
    else if (c === '>' && this.#lineStart) {
      this.#at += 1;
      if (!this.#quoting)
        this.#open.push({ type: 'BlockQuote', language: '', offset: this.#text.length, start });
      this.#quoting = true;
    } else {
      throw new ParseError(`Character '${c}' is reserved and must be escaped with the preceding '\\'`);
    }
  }

  /** Reads the language after three backticks and the line break after it, which is not part of the code. */
  #language(): string {
    const [, language = '', breaks = ''] =
      /^(?:([^\s`]+)(?=\s))?(\r\n|\n\r|\n|\r)?/.exec(this.#source.slice(this.#at)) ?? [];
    this.#at += language.length + breaks.length;
    return language;
  }

  #end(c: string): void {
    const open = this.#open.pop();
    if (!open) return;
    if (c === '\n') {
      this.#endQuote(open);
      return;
    }
    this.#at += open.type === 'Italic' ? 1 : (closers[open.type]?.length ?? 1);
    if (open.type === 'TextUrl') this.#endLink(open);
    else if (open.type === 'CustomEmoji') this.#endEmoji(open);
    else this.#add(open, open.type, { language: open.language });
  }

  #endLink(open: Open): void {
    const url = this.#target() ?? this.#text.slice(open.offset);
    const target = linkTarget(url);
    if (isUserLink(url)) this.#entities.push(entity('text_mention', open.offset, this.#text.length));
    else if (target !== undefined) this.#add(open, 'TextUrl', { url: target });
  }

  #endEmoji(open: Open): void {
    const url = this.#target();
    if (url === undefined) throw new ParseError('The entity must contain a tg://emoji or tg://time URL');
    if (/^tg:(\/\/)?emoji\/?\?([^#]*&)?id=[1-9]\d*(?:[&#]|$)/i.test(url)) this.#add(open, 'CustomEmoji');
    else if (!/^tg:(\/\/)?time\/?\?([^#]*&)?unix=\d+/i.test(url)) {
      throw new ParseError('Invalid tg://emoji or tg://time URL specified');
    }
  }

  /** Reads the address in parentheses that follows, if any. */
  #target(): string | undefined {
    if (!this.#follows('(')) return undefined;
    const start = this.#at + 1;
    const [all = '', escapedUrl = ''] =
      /^((?:\\\p{ASCII}|\\(?!\p{ASCII})|[^)\\])*)\)/su.exec(this.#source.slice(start)) ?? [];
    if (all === '') throw new ParseError(`Can't find end of a URL ${atByte(this.#source, start)}`);
    this.#at = start + all.length;
    return escapedUrl.replace(/\\(\p{ASCII})/gu, '$1');
  }

  /** A line break ends a quotation. Two bars before it make the quotation expandable. */
  #endQuote(last: Open): void {
    const bars = this.#source.slice(last.start, this.#at).replace(/\r$/, '') === '||';
    const quote = last.type === 'Spoiler' && bars ? this.#open.pop() : last;
    if (quote?.type !== 'BlockQuote') throw this.#noEndOf(quote ?? last);
    this.#quoting = false;
    this.#plain('\n', true);
    this.#add(quote, quote === last ? 'BlockQuote' : 'ExpandableBlockQuote');
  }

  #endLastQuote(): void {
    const last = this.#open.at(-1);
    const folds = last?.type === 'Spoiler' && last.start === this.#source.length - 2;
    if (folds) this.#open.pop();
    const quote = this.#open.at(-1);
    if (quote?.type !== 'BlockQuote') return;
    this.#open.pop();
    this.#add(quote, folds ? 'ExpandableBlockQuote' : 'BlockQuote');
  }

  #add({ offset }: Open, type: Type, more = {}): void {
    if (this.#text.length > offset) this.#entities.push(entity(types[type], offset, this.#text.length, more));
  }

  #noEndOf({ type, start }: Open): ParseError {
    return new ParseError(`Can't find end of ${type} entity ${atByte(this.#source, start)}`);
  }
}

const escapable = (c: string | undefined) => (c !== undefined && c >= '\x01' && c <= '\x7e' ? c : undefined);
