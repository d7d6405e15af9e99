/*
 * Entry point of the command `firedrill`: the first argument says what to do, and the others are passed on.
 */
import { exitCodes } from '../core/errors.ts';
import { nameHint } from '../core/similar-names.ts';
import { tellError } from './command/tell-error.ts';

const usage = `usage: firedrill COMMAND [arguments]

  init               write a first firedrill.yaml, and a scenario for each alert of this folder
  run NAME|FILE...   run drills
  gate [SET]         run a set of scenarios, compare it with a baseline, and decide
  ledger [FILE...]   say of every alert whether drills have proven that it pages
  lint [FILE]        find what cannot be drilled or is likely to go wrong, without starting anything
  receivers          run the emulated receivers by themselves, for a stack that is already there
  list               list the scenarios that firedrill brings
  setup [TOOL...]    build the tools that drills run on this machine
  completion SHELL   print a script with which bash or zsh completes this command

firedrill COMMAND --help tells more about each.
`;

/** Runs a command with the arguments of the process, and sets the exit code. */
async function runMain(main: (args: readonly string[]) => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    process.exitCode = tellError(error);
  }
}

// `firedrill help run` is `firedrill run --help`.
if (process.argv[2] === 'help' && process.argv.length > 3)
  process.argv.splice(2, 2, process.argv[3] ?? '', '--help');
const command = process.argv[2] ?? '--help';
const commands: Readonly<Record<string, () => Promise<unknown>>> = {
  init: async () => runMain((await import('./init/init.ts')).main),
  run: () => import('./cli.ts'),
  gate: async () => {
    const { runToEnd } = await import('./command/exit-after-output.ts');
    await runToEnd((await import('./gate/gate.ts')).main);
  },
  ledger: async () => runMain((await import('./ledger/command.ts')).main),
  lint: async () => runMain((await import('./command/lint.ts')).main),
  receivers: async () => runMain((await import('./receivers/receivers.ts')).main),
  list: async () => runMain((await import('./command/list.ts')).main),
  setup: () => import('../scripts/setup.ts'),
  completion: async () => runMain((await import('./command/completion.ts')).main),
};

const found = Object.hasOwn(commands, command) ? commands[command] : undefined;
if (found) {
  process.argv.splice(2, 1);
  await found();
} else if (command === '--help' || command === '-h' || command === 'help') {
  process.stdout.write(usage);
} else {
  process.stderr.write(
    `there is no command ${command}\n  → ${nameHint(command, Object.keys(commands))}; firedrill --help\n`,
  );
  process.exitCode = exitCodes['bad-input'];
}
