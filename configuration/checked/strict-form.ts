import { z } from 'zod';
import type { Problem } from '../../core/errors.ts';
import { type Faulty, readInput } from '../../core/input-problems.ts';
import type { Path } from '../../core/path.ts';
import type { Place } from '../files/place.ts';
import { text, type Yaml } from '../files/yaml.ts';

/* Values as Go's YAML library accepts them: any scalar in place of a string, and an empty value in place of any. */

const isScalar = (value: unknown): boolean => typeof value !== 'object' || value === null;

/** An optional scalar. */
export const flat = z.custom<unknown>(isScalar, { error: 'expected a text, and no list or map' }).optional();

/** A required scalar. */
export const needed = z.custom<unknown>((value) => isScalar(value) && String(value ?? '').trim() !== '', {
  error: ({ input }) => (isScalar(input) ? 'is missing' : 'expected a text, and no list or map'),
});

export const listOf = <T extends z.ZodType>(item: T) => z.array(item).nullish();
export const mapOf = <T extends z.ZodType>(value: T) => z.record(z.string(), value).nullish();
/** A value that only the component's own tool checks. */
export const anything = z.unknown().optional();

/** Whether a misspelt key explains why a required key at a path is missing. */
export const isExplained = (faulty: readonly Faulty[], place: Path): boolean =>
  faulty.some(({ meant }) => meant?.length === place.length + 1 && place.every((key, i) => meant[i] === key));

/** Returns every problem of a file's form, and the paths of these problems. */
export function formProblems(
  form: z.ZodType,
  config: Yaml,
  file: Place,
): { readonly problems: readonly Problem[]; readonly faulty: readonly Faulty[] } {
  const read = readInput(form, config, (path) => file.to(...path).where);
  return 'problems' in read ? read : { problems: [], faulty: [] };
}

/**
 * Returns a problem for each of these keys that has no text.
 *
 * @param hints what to do, by key.
 */
export const missing = (
  at: Place,
  entry: Yaml,
  keys: readonly string[],
  hints: Readonly<Record<string, string>> = {},
): Problem[] =>
  keys.filter((key) => !text(entry[key])).map((key) => at.to(key).problem('is missing', hints[key]));

/**
 * Returns a problem for each entry of a list that has the name of an earlier entry.
 *
 * @param entry what messages call an entry, e.g. `the group`.
 */
export function repeatedNames(list: Place, entries: readonly Yaml[], entry: string): Problem[] {
  const names = entries.map(({ name }) => text(name));
  return names.flatMap((name, i) => {
    const earlier = name === undefined ? i : names.indexOf(name);
    return earlier < i
      ? [list.to(i, 'name').problem(`${entry} at ${list.to(earlier).line} is called ${name} too`)]
      : [];
  });
}
