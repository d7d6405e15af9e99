import { parse } from 'yaml';
import { parseDuration } from '../../core/duration.ts';

/*
 * Configuration is read here as far as floors need it, after the components' own checks have taken it: what is missing
 * or of another form counts as silent.
 */

export type Yaml = { readonly [key: string]: unknown };

export const map = (value: unknown): Yaml =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Yaml) : {};
export const list = (value: unknown): Yaml[] => (Array.isArray(value) ? value.map(map) : []);
export const texts = (value: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(map(value)).map(([key, text]) => [key, String(text)]));
/** Milliseconds of a duration; 0 for what is none. */
export const ms = (value: unknown, otherwise = '0'): number => parseDuration(String(value ?? otherwise)) ?? 0;

const known = new Map<string, Yaml>();

/** What a file says. Each text is parsed once: a drill asks for the same few files again and again. */
export function parsed(text = ''): Yaml {
  const found = known.get(text) ?? map(parse(text));
  known.set(text, found);
  return found;
}
