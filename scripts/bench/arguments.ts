import { badInput } from '../../core/errors.ts';
import { parseChoice, readOptions } from '../../core/options.ts';
import { type RuntimeName, runtimeNames } from '../../core/runtime.ts';
import { type ImageChoice, imageChoices } from '../../stacks/images/image-choice.ts';

export const usage = `usage: npm run bench [-- options]

Drills checkout-errors at fast pace on the full stack, then has the receivers' own benchmark run, and prints what was
measured beside the budgets of docs/design.md. Nothing fails for being slow.

  --repeat N       how often it is drilled, on each runtime (default 5)
  --runtime NAME   process (default: child processes), docker (containers) or both: in turns, and then compared
  --images WHICH   of docker: official, local (made here from the toolchain) or auto (default): official if they can be had
  --shared         drill checkout-errors and monthly-rent alone and as later drills of one stack, and compare those instead
  --help

Exit code: 0 all was measured, 2 bad input, 3 a drill did not hold or there is no daemon, 130 interrupted.
`;

export interface Arguments {
  readonly repeat: number;
  /** In the order of their turns. */
  readonly runtimes: readonly RuntimeName[];
  /** Absent: not asked for. */
  readonly images?: ImageChoice;
  /** Compares drills on a stack of their own with those on a shared one. */
  readonly shared: boolean;
  readonly help: boolean;
}

const options = {
  repeat: { type: 'string' },
  runtime: { type: 'string' },
  images: { type: 'string' },
  shared: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const wishes = [...runtimeNames, 'both'] as const;

/** @throws FiredrillError `bad-input` with every fault of the command line. */
export function readArguments(args: readonly string[]): Arguments {
  const { values, problems } = readOptions(args, options, {
    help: 'npm run bench -- --help',
    positionalError: 'there is no such option',
  });
  const last = (option: keyof typeof options) => values.get(option)?.at(-1);
  const repeat = Number(last('repeat') ?? 5);
  if (!Number.isInteger(repeat) || repeat < 1 || repeat > 1_000)
    problems.push({
      where: `--repeat ${last('repeat')}`,
      message: 'expected a whole number from 1 to 1000',
    });
  const runtime = values.has('runtime')
    ? parseChoice('--runtime', last('runtime'), wishes, problems)
    : 'process';
  const images = parseChoice('--images', last('images'), imageChoices, problems);
  if (values.has('images') && runtime === 'process')
    problems.push({
      where: '--images',
      message: 'processes run from no images',
      hint: 'use --runtime docker or both, or leave it out',
    });
  if (values.has('shared') && runtime === 'both')
    problems.push({
      where: '--shared',
      message: 'compares drills on one runtime',
      hint: 'leave --runtime both out',
    });
  if (problems.length > 0) throw badInput(...problems);
  return {
    repeat,
    runtimes: runtimeNames.filter((name) => runtime === 'both' || runtime === name),
    ...(images ? { images } : {}),
    shared: values.has('shared'),
    help: values.has('help'),
  };
}
