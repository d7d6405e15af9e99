import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { badInput, type Problem } from './errors.ts';
import { closestName, nameHint } from './similar-names.ts';

export interface OptionMessages {
  /** The command that lists the options. */
  readonly help: string;
  /** The problem of a positional argument; absent: positional arguments are allowed. */
  readonly positionalError?: string;
}

/** What a command line says, read option by option; every fault joins the problems. Of several values the last counts. */
export class CommandLine<Option extends string> {
  readonly #values: ReadonlyMap<Option, readonly string[]>;
  /** What belongs to no option. */
  readonly words: readonly string[];
  readonly problems: Problem[];
  /** Names of options whose value is not known, because they are misspelt or have a wrong value. */
  readonly doubtful: Set<string>;

  constructor(
    values: ReadonlyMap<Option, readonly string[]>,
    words: readonly string[],
    problems: readonly Problem[],
    doubtful: Iterable<string>,
  ) {
    this.#values = values;
    this.words = words;
    this.problems = [...problems];
    this.doubtful = new Set(doubtful);
  }

  /** The options that are given, in their order. */
  get given(): readonly Option[] {
    return [...this.#values.keys()];
  }

  /** Adds a problem of the value of an option. */
  refuse(option: Option, problem: Problem): void {
    this.problems.push(problem);
    this.doubtful.add(option);
  }

  /** Whether it is given as it may be. */
  has(option: Option): boolean {
    return this.#values.has(option);
  }

  /** In their order. */
  all(option: Option): readonly string[] {
    return this.#values.get(option) ?? [];
  }

  text(option: Option): string | undefined {
    return this.all(option).at(-1);
  }

  /** One of some words. */
  word<Word extends string>(option: Option, words: readonly Word[]): Word | undefined {
    this.wordsAmong(option, words);
    return words.find((word) => word === this.text(option));
  }

  /** Those of some words that are given, in the order of the words. */
  wordsAmong<Word extends string>(
    option: Option,
    words: readonly Word[],
    given: readonly string[] = this.all(option),
  ): Word[] {
    for (const word of given.filter((one) => !words.some((known) => known === one))) {
      const message = `there is no "${word}"`;
      this.refuse(option, { where: `--${option}`, message, hint: nameHint(word, words) });
    }
    return words.filter((word) => given.includes(word));
  }

  /** A whole number. */
  whole(option: Option, from: number, to: number): number | undefined {
    const text = this.text(option);
    if (text === undefined) return undefined;
    const n = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (n >= from && n <= to) return n;
    const message = `expected a whole number from ${from} to ${to}`;
    this.refuse(option, { where: `--${option} ${text}`, message });
    return undefined;
  }

  /** @throws FiredrillError `bad-input` with every fault there is. */
  check(): void {
    if (this.problems.length > 0) throw badInput(...this.problems);
  }
}

/** Reads a command line, with every fault of the options themselves; their values are the caller's to judge. */
export function readOptions<Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
  { help: hint, positionalError: stray }: OptionMessages,
): CommandLine<keyof Options & string> {
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
  const doubtful = new Set<string>();
  /** Index of the value of a misspelt option. */
  let misspeltValue = -1;
  for (const token of tokens) {
    if (token.kind === 'positional') {
      if (token.index === misspeltValue) continue;
      words.push(token.value);
      if (stray !== undefined) problems.push({ where: token.value, message: stray, hint });
    }
    if (token.kind !== 'option') continue;
    const { name, rawName: where, value, inlineValue } = token;
    if (!isKnown(name)) {
      const closest = closestName(name, Object.keys(options));
      const known = closest === undefined ? hint : `did you mean --${closest}? ${hint} lists all options`;
      problems.push({ where, message: 'there is no such option', hint: known });
      doubtful.add(closest ?? name);
      if (closest !== undefined && options[closest]?.type === 'string' && value === undefined)
        misspeltValue = token.index + 1;
      continue;
    }
    const takesValue = options[name]?.type === 'string';
    // The value is missing where a shell variable is empty or the next option follows.
    const isMissing = !value || (value.startsWith('--') && !inlineValue);
    if (takesValue ? isMissing : value !== undefined) {
      problems.push({ where, message: takesValue ? 'needs a value' : 'takes no value' });
      doubtful.add(name);
    } else values.set(name, [...(values.get(name) ?? []), value ?? '']);
  }
  return new CommandLine(values, words, problems, doubtful);
}
