import { html, link, Markup, type MarkupPart } from '../markup.ts';

/** Elements that are shown; of any other only the content is. */
const shown = new Set(
  'p div span br hr b strong i em u h1 h2 h3 h4 h5 h6 ul ol li table thead tbody tfoot tr td th pre code blockquote'.split(
    ' ',
  ),
);
const withoutEnd = new Set(['br', 'hr']);
/** Elements whose content is no text for people. */
const hidden = /<(script|style|head|title|template|noscript|svg|iframe|object)\b[\s\S]*?(<\/\1\s*>|$)/gi;

/**
 * An e-mail's HTML as markup of a report: known elements without their attributes, links as the report writes them, and
 * text. Nothing of it can run, load or leave its place: every element is closed.
 */
export function sanitized(source: string): Markup {
  const parts: MarkupPart[] = [];
  const open: string[] = [];
  let address: string | undefined;
  let words = '';
  const text = (raw: string) => {
    if (address === undefined) parts.push(decoded(raw));
    else words += decoded(raw);
  };
  const endLink = () => {
    if (address !== undefined) parts.push(link(address, words.trim() || address));
    address = undefined;
    words = '';
  };
  const body = source.replace(/<!--[\s\S]*?(-->|$)/g, '').replace(hidden, '');
  for (const [token] of body.matchAll(/<\/?[a-z][^>]*>|<![^>]*>|[^<]+|</gi)) {
    const [, end, name = ''] = /^<(\/?)([a-z][a-z\d]*)/i.exec(token) ?? [];
    const element = name.toLowerCase();
    if (element === '') {
      if (!token.startsWith('<!')) text(token);
    } else if (element === 'a') {
      endLink();
      const [, , href] = /\shref\s*=\s*(["'])(.*?)\1/i.exec(token) ?? [];
      if (end === '' && href !== undefined) address = decoded(href);
    } else if (address === undefined && shown.has(element)) {
      if (end === '') {
        parts.push(new Markup(`<${element}>`));
        if (!withoutEnd.has(element)) open.push(element);
      } else if (open.includes(element)) parts.push(...closed(open, open.lastIndexOf(element)));
    }
  }
  endLink();
  parts.push(...closed(open, 0));
  return html`${parts}`;
}

/** Ends the elements from an index on, the innermost first. */
const closed = (open: string[], from: number): Markup[] =>
  open
    .splice(from)
    .toReversed()
    .map((element) => new Markup(`</${element}>`));

const references: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

const decoded = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return references[String(name).toLowerCase()] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
