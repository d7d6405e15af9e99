import { createHash } from 'node:crypto';

/** Matches strings of PromQL and LogQL (group 1), and what divides words at most: comments and white space. */
const stringOrGap = /("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)|(?:#[^\n]*|\s+)+/g;

const isWord = (character = '') => /[\w:.]/.test(character);

/** An expression of PromQL or LogQL without comments, and with white space only where it divides two words. */
export const normalExpression = (expr: string): string =>
  expr
    .trim()
    .replace(stringOrGap, (found: string, quoted: string | undefined, from: number, whole: string) => {
      if (quoted !== undefined) return quoted;
      return isWord(whole[from - 1]) && isWord(whole[from + found.length]) ? ' ' : '';
    });

/** Plain data as a text that does not depend on the order of keys. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
}

/** A hash of plain data: the first 16 hexadecimal digits of SHA-256. */
export const hashOf = (value: unknown): string =>
  createHash('sha256').update(canonical(value)).digest('hex').slice(0, 16);

/** The values in an order that does not depend on how they are written. */
export const sorted = <T>(values: readonly T[]): T[] =>
  values.toSorted((a, b) => (canonical(a) < canonical(b) ? -1 : 1));
