/*
 * Regular expressions of Go (https://github.com/google/re2/wiki/Syntax), which matchers and relabelling entries contain. Those
 * of JavaScript differ: they refuse `\-` and know no `[[:alpha:]]`, `(?i)` or `\Q…\E`.
 */

/** A regular expression that is not Go's, or that JavaScript cannot represent. */
class Unsupported extends Error {}

/**
 * Converts a regular expression of Go into one of JavaScript that is anchored at both ends, as Prometheus and Alertmanager
 * anchor theirs. `undefined` for one that Go refuses or JavaScript cannot represent (`(?U)`, `\C`).
 */
export function anchoredGoRegex(text: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${new Translation(text).whole()})$`, 'u');
  } catch (error) {
    if (error instanceof Unsupported || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Ranges of the ASCII classes, for a class of JavaScript. */
const asciiClasses: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7F',
  blank: '\\t ',
  cntrl: '\\x00-\\x1F\\x7F',
  digit: '0-9',
  graph: '\\x21-\\x7E',
  lower: 'a-z',
  print: '\\x20-\\x7E',
  punct: '\\x21-\\x2F\\x3A-\\x40\\x5B-\\x60\\x7B-\\x7E',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

/** What stands for a character anywhere in a regular expression with the flag `u`. */
const literal = (char: string): string =>
  /^[0-9A-Za-z]$/.test(char) ? char : `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;

/** One pass over a regular expression. */
class Translation {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): string {
    const translated = this.#alternatives();
    if (this.#at < this.#text.length) throw new Unsupported();
    return translated;
  }

  /** Takes what the pattern matches here; `undefined` if it does not. The pattern is sticky. */
  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text) ?? undefined;
    if (found) this.#at = pattern.lastIndex;
    return found;
  }

  /** The content of a group. Flags such as `(?i)` hold to its end, also in the alternatives that follow. */
  #alternatives(): string {
    let [translated, open] = ['', ''];
    const closed = () => ')'.repeat(open.split('(').length - 1);
    while (this.#at < this.#text.length && this.#text[this.#at] !== ')') {
      const [, flags] = this.#take(/\(\?([ims]*-?[ims]*)\)/uy) ?? [];
      if (flags !== undefined) {
        open += `(?${flags}:`;
        translated += `(?${flags}:`;
      } else if (this.#take(/\|/uy)) translated += `${closed()}|${open}`;
      else translated += this.#piece();
    }
    return translated + closed();
  }

  #piece(): string {
    const group = this.#take(/\((\?(?:P?<\w+>|[ims]*-?[ims]*:))?(?!\?)/uy);
    if (group) {
      const content = `(${(group[1] ?? '').replace('?P<', '?<')}${this.#alternatives()})`;
      if (!this.#take(/\)/uy)) throw new Unsupported();
      return content;
    }
    if (this.#text[this.#at] === '(') throw new Unsupported();
    const [, quoted] = this.#take(/\\Q([\s\S]*?)(?:\\E|$)/uy) ?? [];
    if (quoted !== undefined) return [...quoted].map(literal).join('');
    if (this.#take(/\[/uy)) return this.#class();
    if (this.#take(/\\A/uy)) return '(?<![\\s\\S])';
    if (this.#take(/\\z/uy)) return '(?![\\s\\S])';
    const [boundary] = this.#take(/\\[bB]/uy) ?? [];
    if (boundary) return boundary;
    const [operator] = this.#take(/\{\d+(?:,\d*)?\}|[.^$*+?]/uy) ?? [];
    return operator ?? this.#set() ?? literal(this.#character());
  }

  /** A set of characters that may stand in a class or outside of one: `\d`, `\pL`, `\P{Greek}`. */
  #set(): string | undefined {
    const [perl] = this.#take(/\\[dDwWsS]/uy) ?? [];
    if (perl) return perl;
    const [, sign = '', letter, not, name = letter ?? ''] =
      this.#take(/\\([pP])(?:([A-Z])|\{(\^?)(\w+)\})/uy) ?? [];
    if (name === '') return undefined;
    const isNegated = (sign === 'P') !== (not === '^');
    return `\\${isNegated ? 'P' : 'p'}{${name.length > 2 ? `Script=${name}` : name}}`;
  }

  /** A class, after its opening bracket. */
  #class(): string {
    const [sign = ''] = this.#take(/\^/uy) ?? [];
    let content = '';
    for (let first = true; first || !this.#take(/\]/uy); first = false) {
      const [, not, name = ''] = this.#take(/\[:(\^?)(\w+):\]/uy) ?? [];
      const set = name === '' ? this.#set() : asciiClasses[name];
      if (not === '^' || (name !== '' && set === undefined)) throw new Unsupported();
      if (set !== undefined) {
        content += set;
        continue;
      }
      content += literal(this.#character());
      if (this.#take(/-(?!\])/uy)) content += `-${literal(this.#character())}`;
    }
    return `[${sign}${content}]`;
  }

  #character(): string {
    const [, hex, octal, letter, other] =
      this.#take(/\\(?:x\{?([0-9A-Fa-f]+)\}?|(0[0-7]{0,2}|[1-7][0-7]{1,2})|([aftnrv])|([^0-9A-Za-z]))/uy) ??
      [];
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
    if (letter !== undefined) return { a: '\x07', f: '\f', t: '\t', n: '\n', r: '\r', v: '\v' }[letter] ?? '';
    const [char] = other === undefined ? (this.#take(/[^\\]/uy) ?? []) : [other];
    if (char === undefined) throw new Unsupported();
    return char;
  }
}
