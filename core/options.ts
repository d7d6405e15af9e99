import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import type { Problem } from './errors.ts';

/** A parsed command line. */
export interface ParsedOptions<Option extends string> {
  /** The values of each valid option, in their order; an empty string for an option without a value. */
  readonly values: ReadonlyMap<Option, readonly string[]>;
  /** Positional arguments. */
  readonly words: readonly string[];
  /** Every problem of the options themselves. */
  readonly problems: Problem[];
}

export interface OptionMessages {
  /** The command that lists the options. */
  readonly help: string;
  /** The problem of a positional argument; absent: positional arguments are allowed. */
  readonly positionalError?: string;
}

/**
 * Parses a command line and reports every problem of the options themselves. Their values are for the caller to check.
 */
export function readOptions<Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
  { help: hint, positionalError: stray }: OptionMessages,
): ParsedOptions<keyof Options & string> {
  const { tokens } = parseArgs({
    args: [...args],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const isKnown = (name: string): name is keyof Options & string => Object.hasOwn(options, name);
  const values = new Map<keyof Options & string, string[]>();
  const words: string[] = [];
  const problems: Problem[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') {
      words.push(token.value);
      if (stray !== undefined) problems.push({ where: token.value, message: stray, hint });
    }
    if (token.kind !== 'option') continue;
    const { name, rawName: where, value, inlineValue } = token;
    if (!isKnown(name)) {
      problems.push({ where, message: 'there is no such option', hint });
      continue;
    }
    const takesValue = options[name]?.type === 'string';
    // The value is missing where a shell variable is empty or the next option follows.
    const isMissing = !value || (value.startsWith('--') && !inlineValue);
    if (!takesValue && value !== undefined) problems.push({ where, message: 'takes no value' });
    else if (takesValue && isMissing) problems.push({ where, message: 'needs a value' });
    else values.set(name, [...(values.get(name) ?? []), value ?? '']);
  }
  return { values, words, problems };
}

/** The problem of a value that is none of the allowed words. */
export const unknownChoice = (where: string, given: string, words: readonly string[]): Problem => ({
  where,
  message: `there is no "${given}"`,
  hint: `use ${words.join(' or ')}`,
});

/** The value as one of the allowed words; `undefined` if it was not given or, with a problem added, is none of them. */
export function parseChoice<Word extends string>(
  where: string,
  given: string | undefined,
  words: readonly Word[],
  problems: Problem[],
): Word | undefined {
  const found = words.find((word) => word === given);
  if (given !== undefined && found === undefined) problems.push(unknownChoice(where, given, words));
  return found;
}
