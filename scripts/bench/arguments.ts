import { readOptions } from '../../core/options.ts';
import { type RuntimeName, runtimeNames } from '../../core/runtime.ts';
import { type ImageChoice, imageChoices } from '../../stacks/images/choice.ts';

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
  const line = readOptions(args, options, {
    help: 'npm run bench -- --help',
    stray: 'there is no such option',
  });
  const repeat = line.whole('repeat', 1, 1_000) ?? 5;
  const runtime = line.has('runtime') ? line.word('runtime', wishes) : 'process';
  const images = line.word('images', imageChoices);
  if (line.has('images') && runtime === 'process')
    line.problems.push({
      where: '--images',
      message: 'processes run from no images',
      hint: 'use --runtime docker or both, or leave it out',
    });
  if (line.has('shared') && runtime === 'both')
    line.problems.push({
      where: '--shared',
      message: 'compares drills on one runtime',
      hint: 'leave --runtime both out',
    });
  line.check();
  return {
    repeat,
    runtimes: runtimeNames.filter((name) => runtime === 'both' || runtime === name),
    ...(images ? { images } : {}),
    shared: line.has('shared'),
    help: line.has('help'),
  };
}
