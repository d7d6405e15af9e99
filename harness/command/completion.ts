/*
 * `firedrill completion`: prints a script that has the shell complete the commands, their options and values.
 */
import type { ParseArgsOptionsConfig } from 'node:util';
import { badInput, exitCodes } from '../../core/errors.ts';
import { readOptions } from '../../core/options.ts';
import { receiverNames } from '../../core/receivers/receivers.ts';
import { nameHint } from '../../core/similar-names.ts';
import { scenarios } from '../../scenarios/index.ts';
import { recipes } from '../../stacks/toolchain/recipes.ts';
import { options as ofGate, values as valuesOfGate } from '../gate/arguments.ts';
import { options as ofInit } from '../init/init.ts';
import { options as ofLedger } from '../ledger/command.ts';
import { options as ofReceivers } from '../receivers/arguments.ts';
import { options as ofRun, values as valuesOfRun } from './arguments.ts';
import { options as ofLint, values as valuesOfLint } from './lint.ts';
import { options as ofList } from './list.ts';

const usage = `usage: firedrill completion bash|zsh

Prints a script with which the shell completes firedrill's commands, their options and values, and the names of scenarios
and tools. Where the shell reads it at its start:

  bash   in ~/.bashrc:   source <(firedrill completion bash)
  zsh    in ~/.zshrc, after compinit:   source <(firedrill completion zsh)

  --help
`;

export const options = { help: { type: 'boolean', short: 'h' } } as const;

const shells = ['bash', 'zsh'] as const;

/** What can follow a command. */
interface Completed {
  readonly options: ParseArgsOptionsConfig;
  /** Of options with a fixed set of values. Other values are completed as files. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
  /** Where neither an option nor its value stands; files besides. */
  readonly words?: readonly string[];
}

export const completed: Readonly<Record<string, Completed>> = {
  init: { options: ofInit },
  run: { options: ofRun, values: valuesOfRun, words: scenarios.map(({ name }) => name) },
  gate: { options: ofGate, values: valuesOfGate },
  ledger: { options: ofLedger },
  lint: { options: ofLint, values: valuesOfLint },
  receivers: { options: ofReceivers, values: { host: receiverNames.map((name) => `${name}=`) } },
  list: { options: ofList },
  setup: { options, words: [...Object.keys(recipes), 'docker'] },
  completion: { options, words: shells },
};

/** A script for bash; zsh runs it too, by its emulation of bash's completion. */
export function completionScript(shell: (typeof shells)[number]): string {
  const cases = Object.entries(completed).flatMap(([command, { options: its, values = {}, words = [] }]) => [
    ...Object.entries(its).flatMap(([option, { type }]) =>
      type === 'string' ? [branch(`'${command} --${option} '*`, values[option] ?? [])] : [],
    ),
    branch(
      `'${command} '*' -'*`,
      Object.keys(its).map((option) => `--${option}`),
    ),
    branch(`'${command} '*`, words),
  ]);
  return [
    ...(shell === 'zsh' ? ['autoload -Uz +X bashcompinit && bashcompinit'] : []),
    '_firedrill() {',
    `  local current="$2" previous="$3" words=""`,
    '  if [ "$COMP_CWORD" -eq 1 ]; then',
    `    words="${Object.keys(completed).join(' ')} help"`,
    `  else case "\${COMP_WORDS[1]} $previous $current" in`,
    ...cases,
    `    'help '*) words="${Object.keys(completed).join(' ')}" ;;`,
    '  esac; fi',
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '}',
    // Without a word that fits, the shell completes files.
    'complete -o default -F _firedrill firedrill',
    '',
  ].join('\n');
}

const branch = (pattern: string, words: readonly string[]) => `    ${pattern}) words="${words.join(' ')}" ;;`;

/** @returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const line = readOptions(args, options, { help: 'firedrill completion --help' });
  const [word, ...others] = line.words;
  const shell = shells.find((known) => known === word);
  line.problems.push(...others.map((other) => ({ where: other, message: 'unexpected argument' })));
  if (!shell && !line.has('help'))
    line.problems.push(
      word === undefined
        ? { where: 'firedrill completion', message: 'needs the name of a shell', hint: 'bash or zsh' }
        : { where: word, message: 'there is no completion for this shell', hint: nameHint(word, shells) },
    );
  if (line.problems.length > 0) throw badInput(...line.problems);
  process.stdout.write(shell && !line.has('help') ? completionScript(shell) : usage);
  return exitCodes.held;
}
