import { readOptions } from '../../core/options.ts';
import { type RuntimeName, runtimeNames } from '../../core/runtime.ts';
import { type ImageChoice, imageChoices } from '../../stacks/images/image-choice.ts';

export const usage = `usage: npm run bench [-- options]

Drills checkout-errors at fast pace on the full stack, then runs the benchmark of the receivers, and prints the figures
beside the budgets of docs/design.md. A slow result is not a failure.

  --repeat N       number of drills on each runtime (default 5)
  --runtime NAME   process (default: child processes), docker (containers) or both: alternates them and compares them
  --images WHICH   for docker: official, local (made here from the toolchain) or auto (default): official if all of them can
                   be pulled
  --shared         instead compare drills that have their own stack with drills that share one, of checkout-errors and
                   monthly-rent
  --limits         instead measure, without drilling, what the harness itself takes for systems with 30, 300 and 3,000 alert
                   rules, and how that grows
  --help

Exit code: 0 everything was measured, 2 bad input, 3 no drill held or there is no daemon, 130 interrupted.
`;

export interface Arguments {
  readonly repeat: number;
  /** In the order in which they alternate. */
  readonly runtimes: readonly RuntimeName[];
  /** Absent: the option was not given. */
  readonly images?: ImageChoice;
  /** Compares drills that have their own stack with drills that share one. */
  readonly shared: boolean;
  /** Measures the harness itself by the number of rules. */
  readonly limits: boolean;
  readonly help: boolean;
}

const options = {
  repeat: { type: 'string' },
  runtime: { type: 'string' },
  images: { type: 'string' },
  shared: { type: 'boolean' },
  limits: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const runtimeOptions = [...runtimeNames, 'both'] as const;

/** @throws FiredrillError `bad-input` with every error of the command line. */
export function readArguments(args: readonly string[]): Arguments {
  const line = readOptions(args, options, {
    help: 'npm run bench -- --help',
    positionalError: 'there is no such option',
  });
  const repeat = line.whole('repeat', 1, 1_000) ?? 5;
  const runtime = line.has('runtime') ? line.word('runtime', runtimeOptions) : 'process';
  const images = line.word('images', imageChoices);
  if (line.has('images') && runtime === 'process')
    line.problems.push({
      where: '--images',
      message: 'runtime process uses no images',
      hint: 'use --runtime docker or both, or leave --images out',
    });
  if (line.has('shared') && runtime === 'both')
    line.problems.push({
      where: '--shared',
      message: 'compares drills on one runtime only',
      hint: 'use --runtime process or docker, or leave --shared out',
    });
  line.check();
  return {
    repeat,
    runtimes: runtimeNames.filter((name) => runtime === 'both' || runtime === name),
    ...(images ? { images } : {}),
    shared: line.has('shared'),
    limits: line.has('limits'),
    help: line.has('help'),
  };
}
