import { html, Markup, type MarkupPart } from './markup.ts';
import { style } from './style.ts';

/**
 * A self-contained HTML page without scripts. Its content security policy forbids loading anything, so that untrusted text
 * could not contact other hosts even if an escape were missed.
 *
 * @param styles beside those that every page has.
 */
export const htmlDocument = (title: MarkupPart, styles: string, content: MarkupPart): string =>
  html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Markup(style + styles)}</style></head>
<body><main>
${content}
</main></body></html>
`.text;
