import { parseDuration } from '../../core/duration.ts';

/* Reading of what may be of any form: a thing that is not of the form asked for is an empty one. */

export type Yaml = { readonly [key: string]: unknown };

export const map = (value: unknown): Yaml =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Yaml) : {};
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const maps = (value: unknown): Yaml[] => list(value).map(map);
/** A text, or `undefined` for anything else and for an empty one. */
export const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value : undefined;
export const texts = (value: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(map(value)).map(([key, item]) => [key, String(item)]));
/** Milliseconds of a duration; 0 for what is none. */
export const ms = (value: unknown, otherwise = '0'): number => parseDuration(String(value ?? otherwise)) ?? 0;
