import type { z } from 'zod';
import type { Problem } from './errors.ts';

/**
 * Validates an input against its schema.
 *
 * @param whereOf location of a path within the input, e.g. `my.yaml: load.warmUp`. The empty path is the whole input.
 * @returns the parsed value, or every problem at once.
 */
export function readInput<T>(
  schema: z.ZodType<T>,
  input: unknown,
  whereOf: (path: string) => string,
): { readonly value: T } | { readonly problems: readonly Problem[] } {
  const parsed = schema.safeParse(input, { error: messageFor });
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

/** Replaces zod's messages that are unclear without knowing zod; `undefined` keeps zod's message. */
function messageFor(issue: z.core.$ZodRawIssue): string | undefined {
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
