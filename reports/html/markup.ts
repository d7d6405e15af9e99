import { printable } from '../text.ts';

/** Text that is markup already. Only `html` makes it, so that nothing gets into a report unescaped. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Part = Markup | string | number | undefined | false | readonly Part[];

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string) => printable(text).replace(/[&<>"']/g, (char) => entities[char] ?? char);

function textOf(part: Part): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'number') return String(part);
  return typeof part === 'string' ? escaped(part) : part.map(textOf).join('');
}

/** HTML or SVG from a template; every value is escaped unless it is markup. Attributes are to be quoted. */
export const html = (strings: TemplateStringsArray, ...values: readonly Part[]): Markup =>
  new Markup(strings.map((s, i) => s + (i < values.length ? textOf(values[i]) : '')).join(''));

/** A foreign URL as a link, if it is one that a browser may open without running anything; else as text. */
export function link(url: string, words: Part = url): Markup {
  const safe = /^https?:\/\//i.test(url);
  return safe
    ? html`<a href="${url}" rel="noopener noreferrer nofollow">${words}</a>`
    : html`<span>${words}</span>`;
}

/** A number with its unit stays on one line; what is longer may break. */
const cell = (part: Part): Markup =>
  typeof part === 'string' && part.length < 14
    ? html`<td class="short">${part}</td>`
    : html`<td>${part}</td>`;

/** A table with a caption for those who cannot see what is around it. */
export const table = (caption: string, head: readonly string[], rows: readonly (readonly Part[])[]): Markup =>
  html`<div class="scroll"><table><caption>${caption}</caption><thead><tr>${head.map(
    (title) => html`<th scope="col">${title}</th>`,
  )}</tr></thead><tbody>${rows.map((row) => html`<tr>${row.map(cell)}</tr>\n`)}</tbody></table></div>`;

/** One card of the report, under a heading. */
export const section = (title: string, ...content: readonly Part[]): Markup =>
  html`<section><h2>${title}</h2>${content}</section>\n`;

/** A text in which the id that joins log line, trace and page stands out. */
export function marked(text: string, id: string | undefined): Part {
  if (id === undefined || id === '') return text;
  return text.split(id).flatMap((piece, i): Part[] => [i > 0 && html`<mark>${id}</mark>`, piece]);
}
