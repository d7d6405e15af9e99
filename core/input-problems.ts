import { z } from 'zod';
import type { Problem } from './errors.ts';
import type { Path, WhereOf } from './path.ts';
import { closestName, nameHint } from './similar-names.ts';

/** The parsed value, or every problem of the input with its path. */
export type Read<T> =
  | { readonly value: T }
  | { readonly problems: readonly Problem[]; readonly faulty: readonly Faulty[] };

/** The path of a problem. */
export interface Faulty {
  readonly path: Path;
  /** For an unknown key: the path of the key that it probably misspells. */
  readonly meant?: Path;
}

type Words = Omit<Problem, 'where'>;

/**
 * Validates an input against its schema. The messages are understandable without knowing zod.
 *
 * @returns the parsed value, or every problem at once.
 */
export function readInput<T>(schema: z.ZodType<T>, input: unknown, whereOf: WhereOf): Read<T> {
  // zod passes the values and the schemas of its issues only to this callback.
  const wording = new Map<string, Words>();
  const keys = new Map<string, Keys>();
  const keyOf = ({ code, path = [] }: Pick<z.core.$ZodRawIssue, 'code' | 'path'>) =>
    JSON.stringify([code, path]);
  const parsed = schema.safeParse(input, {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') keys.set(keyOf(issue), keysOf(issue.inst, issue.input));
      else wording.set(keyOf(issue), wordsFor(issue));
      return undefined;
    },
  });
  if (parsed.success) return { value: parsed.data };
  const found = parsed.error.issues.flatMap((issue): (Faulty & { readonly words: Words })[] => {
    const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
    if (issue.code !== 'unrecognized_keys')
      return [{ path, words: wording.get(keyOf(issue)) ?? { message: issue.message } }];
    const { known = [], absent = [] } = keys.get(keyOf(issue)) ?? {};
    return issue.keys.map((key) => {
      const meant = closestName(key, absent);
      return {
        path: [...path, key],
        ...(meant === undefined ? {} : { meant: [...path, meant] }),
        words: { message: 'there is no such key', hint: nameHint(key, known) },
      };
    });
  });
  const meant = new Set(found.map((one) => JSON.stringify(one.meant)));
  // A required key that is misspelt is one problem, not two.
  const faulty = found.filter(({ path }) => !meant.has(JSON.stringify(path)));
  return { faulty, problems: faulty.map(({ path, words }) => ({ where: whereOf(path), ...words })) };
}

/** The keys that a map may have, and those that are absent. */
interface Keys {
  readonly known: readonly string[];
  readonly absent: readonly string[];
}

function keysOf(schema: unknown, input: unknown): Keys {
  const known = knownKeys(schema);
  const given = new Map(Object.entries(input ?? {}));
  return { known, absent: known.filter((key) => given.get(key) === undefined) };
}

function knownKeys(schema: unknown): string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  const keys = schema instanceof z.ZodRecord ? schema.keyType : undefined;
  return keys instanceof z.ZodEnum ? keys.options.map(String) : [];
}

function wordsFor(issue: z.core.$ZodRawIssue): Words {
  const { input } = issue;
  switch (issue.code) {
    case 'invalid_type':
      return ofType(input, types[issue.expected] ?? issue.expected);
    case 'invalid_value':
      return oneOf(input, issue.values.map(String));
    case 'too_small':
      return tooSmall(issue);
    case 'too_big':
      return {
        message: `is ${String(input)}; expected ${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}`,
      };
    case 'invalid_union': {
      const { discriminator, options } = issue as Discriminated;
      if (discriminator !== undefined && options)
        return oneOf((input as Readonly<Record<string, unknown>>)[discriminator], options.map(String));
      return ofType(input, 'a value of another kind');
    }
    default:
      return { message: issue.message ?? 'is of another form than expected' };
  }
}

/** The fields of zod's issue for a discriminated union. */
interface Discriminated {
  readonly discriminator?: string;
  readonly options?: readonly unknown[];
}

function tooSmall({
  input,
  origin,
  minimum,
  inclusive,
}: z.core.$ZodRawIssue<z.core.$ZodIssueTooSmall>): Words {
  if (origin === 'string') return { message: 'must not be empty' };
  if (origin === 'array') return { message: `is too short; expected at least ${minimum} in the list` };
  return { message: `is ${String(input)}; expected ${inclusive ? 'at least' : 'more than'} ${minimum}` };
}

const types: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map (key: value)',
  record: 'a map (key: value)',
};

/** The message does not contain the value, because it may be a secret. */
function ofType(input: unknown, expected: string): Words {
  if (input === undefined) return { message: `is missing; expected ${expected}` };
  const isScalar = typeof input === 'number' || typeof input === 'boolean';
  return {
    message: `is ${kindOf(input)}; expected ${expected}`,
    ...(isScalar && expected === types.string ? { hint: 'put it into quotation marks' } : {}),
  };
}

function kindOf(input: unknown): string {
  if (input === null) return 'empty';
  if (Array.isArray(input)) return 'a list';
  if (Number.isNaN(input)) return 'no number (NaN)';
  if (typeof input === 'object') return 'a map';
  return typeof input === 'function' ? 'a function' : (types[typeof input] ?? typeof input);
}

function oneOf(input: unknown, known: readonly string[]): Words {
  if (input === undefined) return { message: `is missing; expected one of ${known.join(', ')}` };
  const given = typeof input === 'string' ? input : JSON.stringify(input);
  return { message: `there is no ${JSON.stringify(given)}`, hint: nameHint(given, known) };
}
