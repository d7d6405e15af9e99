/*
 * Entry point of the command `firedrill`: the first argument says what to do, and the others are passed on.
 */
import { exitCodes } from '../core/errors.ts';
import { nameHint } from '../core/similar-names.ts';

const usage = `usage: firedrill COMMAND [arguments]

  init               write a first firedrill.yaml, and a scenario for each alert of this folder
  run NAME|FILE...   run drills; firedrill run --help
  lint [FILE]        find what cannot be drilled or is likely to go wrong, without starting anything
  list               list the scenarios that firedrill brings
  setup [TOOL...]    build the tools that drills run on this machine; firedrill setup --help
`;

const command = process.argv[2] ?? '--help';
const commands: Readonly<Record<string, () => Promise<unknown>>> = {
  init: async () => (await import('./init/init.ts')).runInit(),
  run: () => import('./cli.ts'),
  lint: async () => (await import('./command/lint.ts')).runLint(),
  list: () => import('./cli.ts'),
  setup: () => import('../scripts/setup.ts'),
};

const found = commands[command];
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
