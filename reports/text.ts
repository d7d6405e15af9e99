import { humanDuration } from '../core/duration.ts';

const code = (char: string) => char.codePointAt(0) ?? 0;
const named = (char: string) =>
  code(char) <= 0xff
    ? `\\x${code(char).toString(16).padStart(2, '0')}`
    : `\\u${code(char).toString(16).padStart(4, '0')}`;

/**
 * Makes untrusted text (pages, component messages, labels) safe to show anywhere: control characters, terminal escapes,
 * characters that XML forbids and direction marks become visible as `\x1b` or `\u202e`; line ends become `
 * `; tabs are kept.
 */
export const printable = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n/g, '\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    .replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffe\uffff]/g, named);

/** `printable`, on one line. */
export const oneLine = (text: string): string => printable(text).replace(/\s+/g, ' ').trim();

/** Truncates to `length` characters, ending in `…`. */
export const clipped = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1))}…`;

/** `1 page`, `2 pages`. */
export const count = (n: number, thing: string): string => `${n} ${thing}${n === 1 ? '' : 's'}`;

/** `2026-03-04 10:31:04 UTC`; reports are read in other time zones than they were made in. */
export const dateTime = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** `10:31:04 UTC` */
export const timeOfDay = (at: number): string => `${new Date(at).toISOString().slice(11, 19)} UTC`;

/** `10:31:04.250`, UTC */
export const exactTime = (at: number): string => new Date(at).toISOString().slice(11, 23);

/** `+9.4 s`, `-0.2 s`: relative times, to the tenth of a second below two minutes. */
export const relative = (ms: number): string => {
  const s = Math.abs(ms) / 1000;
  const sign = ms < 0 && s >= 0.05 ? '-' : '+';
  if (s < 120) return `${sign}${s.toFixed(1)} s`;
  return `${sign}${Math.floor(Math.round(s) / 60)} m ${Math.round(s) % 60} s`;
};

/** Formats a duration: `20 s`, `10.6 s`, `180 ms`; `–` for none. */
export const span = (ms: number | undefined): string =>
  ms === undefined ? '–' : humanDuration(ms).replace('.0 ', ' ');

/** The first `most` of many texts, and one that tells how many are left out. */
export const capped = (all: readonly string[], most: number, more: (left: number) => string): string[] =>
  all.length <= most ? [...all] : [...all.slice(0, most), more(all.length - most)];

/** `a`, `a and b`, `a, b and c`; with another conjunction if given. */
export const listed = (items: readonly string[], word = 'and'): string =>
  items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1)}`;

/** One line with a full stop at its end. */
export const sentence = (text: string): string => {
  const line = oneLine(text);
  return /[.!?…]$/.test(line) ? line : `${line}.`;
};

/** A body as received, with JSON pretty-printed. */
export function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
