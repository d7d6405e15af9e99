import { actionPattern, blockPattern, silentPattern } from '../core/template-prints.ts';

/*
 * Annotations of rules are Go templates. This module splits them into pieces, to find out which actions printed nothing in
 * the sent text, and which words are the author's.
 */

/**
 * - `words`: text that is printed unchanged, also a quoted string in an action;
 * - `print`: an action whose value is printed, e.g. `{{ $labels.instance }}`;
 * - `optional`: a condition, a loop or another template, which may correctly print nothing.
 */
export type Piece =
  | { readonly kind: 'words'; readonly text: string }
  | { readonly kind: 'print'; readonly action: string }
  | { readonly kind: 'optional' };

const quoted = /^(?:"((?:[^"\\]|\\.)*)"|`([^`]*)`)$/;

function piecesOf(template: string): Piece[] {
  const pieces: Piece[] = [];
  let depth = 0;
  let end = 0;
  let trimNext = false;
  const words = (text: string, trimEnd: boolean) => {
    let shown = trimNext ? text.trimStart() : text;
    if (trimEnd) shown = shown.trimEnd();
    if (depth === 0 && shown !== '') add(pieces, { kind: 'words', text: shown });
  };
  for (const found of template.matchAll(actionPattern)) {
    const [whole, trimBefore, body = '', trimAfter] = found;
    words(template.slice(end, found.index), trimBefore !== undefined);
    trimNext = trimAfter !== undefined;
    end = found.index + whole.length;
    const action = body.trim();
    if (blockPattern.test(action)) {
      if (depth === 0) pieces.push({ kind: 'optional' });
      depth += 1;
    } else if (action === 'end') depth -= 1;
    else if (depth === 0) {
      const [literal, inQuotes, raw] = quoted.exec(action) ?? [];
      if (literal !== undefined) add(pieces, { kind: 'words', text: raw ?? unquoted(inQuotes ?? '') });
      else if (action.startsWith('template ')) pieces.push({ kind: 'optional' });
      else if (!silentPattern.test(action)) pieces.push({ kind: 'print', action });
    }
  }
  words(template.slice(end), false);
  return pieces;
}

/** Appends words. Neighbouring words become one piece. */
function add(pieces: Piece[], piece: Piece & { kind: 'words' }): void {
  const last = pieces.at(-1);
  if (last?.kind === 'words') pieces[pieces.length - 1] = { kind: 'words', text: last.text + piece.text };
  else pieces.push(piece);
}

const unquoted = (text: string): string =>
  text.replace(/\\(.)/g, (_, sign: string) => (sign === 'n' ? '\n' : sign));

/** Returns the literal texts of a template. */
export const wordsOf = (template: string): string[] =>
  piecesOf(template).flatMap((piece) => (piece.kind === 'words' ? [piece.text] : []));

/** An action and the text that it printed, if that is known. */
export interface Printed {
  readonly action: string;
  readonly text?: string;
}

/**
 * Finds out what each action printed from the words around it. Empty when the text cannot come from the template.
 *
 * Words are searched from left to right. The texts of neighbouring actions cannot be separated, unless they are all empty.
 */
export function printedTexts(template: string, text: string): Printed[] {
  const printed: Printed[] = [];
  let waiting: Piece[] = [];
  let cursor = 0;
  const settle = (gap: string): boolean => {
    const own = waiting.filter((piece) => piece.kind === 'print');
    const alone = waiting.length === 1 || gap.trim() === '';
    printed.push(...own.map(({ action }) => (alone ? { action, text: gap } : { action })));
    const fits = waiting.length > 0 || gap === '';
    waiting = [];
    return fits;
  };
  const pieces = piecesOf(template);
  for (const [i, piece] of pieces.entries()) {
    if (piece.kind !== 'words') waiting.push(piece);
    else {
      const isLast = i === pieces.length - 1 && pieces.length > 1;
      const at = isLast ? text.length - piece.text.length : text.indexOf(piece.text, cursor);
      if (at < cursor || !text.startsWith(piece.text, at) || !settle(text.slice(cursor, at))) return [];
      cursor = at + piece.text.length;
    }
  }
  return settle(text.slice(cursor)) ? printed : [];
}

/** Returns the label that an action prints, e.g. `instance` for `$labels.instance | toUpper`. */
export const labelPrinted = (action: string): string | undefined =>
  /^(?:\$labels|\.Labels)\.(\w+)\b/.exec(action)?.[1] ??
  /^index\s+(?:\$labels|\.Labels)\s+"(\w+)"/.exec(action)?.[1];
