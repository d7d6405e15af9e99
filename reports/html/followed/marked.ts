import { html, type MarkupPart } from '../markup.ts';

/** Highlights the trace id in a text. */
export function marked(text: string, id: string | undefined): MarkupPart {
  if (id === undefined || id === '') return text;
  return text.split(id).flatMap((piece, i): MarkupPart[] => [i > 0 && html`<mark>${id}</mark>`, piece]);
}
