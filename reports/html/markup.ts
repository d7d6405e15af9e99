import { printable } from '../text.ts';

/** Text that is markup. Only `html` creates it, so that no unescaped text gets into a report. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type MarkupPart = Markup | string | number | undefined | false | readonly MarkupPart[];

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string) => printable(text).replace(/[&<>"']/g, (char) => entities[char] ?? char);

function textOf(part: MarkupPart): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'number') return String(part);
  return typeof part === 'string' ? escaped(part) : part.map(textOf).join('');
}

/** HTML or SVG from a template; every value that is not markup is escaped. Attributes must be quoted. */
export const html = (strings: TemplateStringsArray, ...values: readonly MarkupPart[]): Markup =>
  new Markup(strings.map((s, i) => s + (i < values.length ? textOf(values[i]) : '')).join(''));

/** An untrusted URL as a link if its scheme is http or https, otherwise as text. */
export function link(url: string, words: MarkupPart = url): Markup {
  const safe = /^https?:\/\//i.test(url);
  return safe
    ? html`<a href="${url}" rel="noopener noreferrer nofollow">${words}</a>`
    : html`<span>${words}</span>`;
}

/** Short cells such as a number with its unit do not wrap. */
const cell = (part: MarkupPart): Markup =>
  typeof part === 'string' && part.length < 14
    ? html`<td class="short">${part}</td>`
    : html`<td>${part}</td>`;

/** Rows of a table that are not folded. */
export const mostRows = 40;

/** A table with a caption for screen readers. Its rows beyond the first 40 are folded. */
export const table = (
  caption: string,
  head: readonly string[],
  rows: readonly (readonly MarkupPart[])[],
): Markup =>
  html`${folded(rows, mostRows, (some) =>
    scrolling(
      caption,
      html`<table><caption>${caption}</caption><thead><tr>${head.map(
        // A header without text would be read out as nothing.
        (title) => (title === '' ? html`<td></td>` : html`<th scope="col">${title}</th>`),
      )}</tr></thead><tbody>${some.map((row) => html`<tr>${row.map(cell)}</tr>\n`)}</tbody></table>`,
    ),
  )}`;

/** Content that may be wider than the window. It can be scrolled with the keyboard too. */
export const scrolling = (label: string, content: MarkupPart): Markup =>
  html`<div class="scroll" tabindex="0" role="group" aria-label="${label}">${content}</div>`;

/** Shows the first of many; the reader can open the others. */
export const folded = <T>(
  all: readonly T[],
  most: number,
  show: (some: readonly T[]) => MarkupPart,
): MarkupPart =>
  all.length <= most
    ? show(all)
    : [
        show(all.slice(0, most)),
        html`<details class="more"><summary>${all.length - most} more</summary>${show(all.slice(most))}</details>`,
      ];

/** Lines of evidence that are not folded. */
const mostLines = 20;

/** Lines of evidence; those beyond the first 20 are folded. */
export const evidenceLines = (
  lines: readonly string[],
  show: (some: readonly string[]) => MarkupPart,
): MarkupPart => folded(lines, mostLines, show);

/** One section of the report, with a heading. */
export const section = (title: string, ...content: readonly MarkupPart[]): Markup =>
  html`<section><h2>${title}</h2>${content}</section>\n`;

/** Highlights the trace id in a text. */
export function marked(text: string, id: string | undefined): MarkupPart {
  if (id === undefined || id === '') return text;
  return text.split(id).flatMap((piece, i): MarkupPart[] => [i > 0 && html`<mark>${id}</mark>`, piece]);
}
