import type { z } from 'zod';
import type { Problem } from './errors.ts';

/**
 * Reads an input by its schema.
 *
 * @param whereOf where a path of the input is, e.g. `my.yaml: load.warmUp`; the path is empty for the whole.
 * @returns what was read, or every fault, in words for whoever wrote the input.
 */
export function readInput<T>(
  schema: z.ZodType<T>,
  input: unknown,
  whereOf: (path: string) => string,
): { readonly value: T } | { readonly problems: readonly Problem[] } {
  const parsed = schema.safeParse(input, { error: words });
  if (parsed.success) return { value: parsed.data };
  return {
    problems: parsed.error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => ({
            where: whereOf(pathOf([...issue.path, key])),
            message: 'there is no such key',
          }))
        : [{ where: whereOf(pathOf(issue.path)), message: issue.message }],
    ),
  };
}

/** Where zod's own words puzzle a reader who does not know zod; `undefined` leaves them. */
function words(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_type' && issue.input === undefined)
    return `is missing; expected ${issue.expected}`;
  if (issue.code === 'too_small' && issue.origin === 'string' && issue.minimum === 1)
    return 'must not be empty';
  return undefined;
}

const pathOf = (path: readonly PropertyKey[]) =>
  path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : text ? `${text}.${String(key)}` : String(key),
    '',
  );
