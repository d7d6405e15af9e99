import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import type { Problem } from './errors.ts';

/** What a command line says. */
export interface Given<Option extends string> {
  /** The values of each option that is given as it may be, in their order; empty ones where it takes none. */
  readonly values: ReadonlyMap<Option, readonly string[]>;
  /** What belongs to no option. */
  readonly words: readonly string[];
  /** What is wrong with it. */
  readonly problems: Problem[];
}

export interface Rules {
  /** The command that shows the options there are. */
  readonly help: string;
  /** What is wrong with a word that belongs to no option; absent: it may be given. */
  readonly stray?: string;
}

/** Reads a command line, with every fault of the options themselves; their values are the caller's to judge. */
export function readOptions<Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
  { help: hint, stray }: Rules,
): Given<keyof Options & string> {
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
    // Of a shell's empty variable, or the next option.
    const isLacking = !value || (value.startsWith('--') && !inlineValue);
    if (!takesValue && value !== undefined) problems.push({ where, message: 'takes no value' });
    else if (takesValue && isLacking) problems.push({ where, message: 'needs a value' });
    else values.set(name, [...(values.get(name) ?? []), value ?? '']);
  }
  return { values, words, problems };
}

/** That a value is none of the words it may be. */
export const noSuchWord = (where: string, given: string, words: readonly string[]): Problem => ({
  where,
  message: `there is no "${given}"`,
  hint: `use ${words.join(' or ')}`,
});

/** The word that a value is, `undefined` of one that was not given; any other joins the problems. */
export function wordAmong<Word extends string>(
  where: string,
  given: string | undefined,
  words: readonly Word[],
  problems: Problem[],
): Word | undefined {
  const found = words.find((word) => word === given);
  if (given !== undefined && found === undefined) problems.push(noSuchWord(where, given, words));
  return found;
}
