import { html, type Part } from '../markup.ts';

/** A text in which the id that joins log line, trace and page stands out. */
export function marked(text: string, id: string | undefined): Part {
  if (id === undefined || id === '') return text;
  return text.split(id).flatMap((piece, i): Part[] => [i > 0 && html`<mark>${id}</mark>`, piece]);
}
