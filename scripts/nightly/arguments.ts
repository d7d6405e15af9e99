import { readOptions } from '../../core/options.ts';
import type { Scenario } from '../../core/scenario.ts';
import { type RuntimeWish, runtimeWishes } from '../../harness/command/runtime-choice.ts';
import { scenarios } from '../../scenarios/index.ts';
import { type ImageChoice, imageChoices } from '../../stacks/images/choice.ts';

/** What a night is made of, in the order in which it runs. */
export const parts = ['fast', 'orders', 'real', 'tests'] as const;
export type Part = (typeof parts)[number];

export const usage = `usage: npm run nightly [-- OPTIONS]

Runs the whole matrix, and keeps the record and the reports of every drill, and a summary of them all.

  --part NAME        fast (every scenario some times at fast pace), orders (every one in a random order, on stacks that
                     they share), real (every one once at real pace, two at a time) or tests (npm test); may be given
                     several times; default all of them
  --scenario NAMES   drill these scenarios, with spaces between them; may be given several times; default every one
  --runtime NAME     ${runtimeWishes.join(', ')}: of every drill; default auto
  --images WHICH     of docker: ${imageChoices.join(', ')}; default auto
  --out DIR          where it is all kept (default .firedrill/nightly/<time>)
  --help

Exit code: that of what went worst; 0 everything held, 1 an expectation or a test failed, 2 bad input, 3 something broke,
130 interrupted.
`;

export interface Arguments {
  readonly parts: readonly Part[];
  readonly scenarios: readonly Scenario[];
  /** Absent: the drills' own default. */
  readonly runtime?: RuntimeWish;
  readonly images?: ImageChoice;
  /** Absent: a folder of the night's own. */
  readonly out?: string;
  readonly help: boolean;
}

const options = {
  part: { type: 'string', multiple: true },
  scenario: { type: 'string', multiple: true },
  runtime: { type: 'string' },
  images: { type: 'string' },
  out: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** @throws FiredrillError `bad-input` with every fault of the command line. */
export function readArguments(args: readonly string[]): Arguments {
  const line = readOptions(args, options, {
    help: 'npm run nightly -- --help',
    stray: 'belongs to no option',
  });
  const someParts = line.wordsAmong('part', parts);
  const names = line.wordsAmong(
    'scenario',
    scenarios.map(({ name }) => name),
    line.all('scenario').flatMap((names) => names.split(' ').filter((name) => name !== '')),
  );
  const runtime = line.word('runtime', runtimeWishes);
  const images = line.word('images', imageChoices);
  const out = line.text('out');
  if (someParts.length > 0 && someParts.every((part) => part === 'tests')) {
    for (const option of (['scenario', 'runtime', 'images'] as const).filter((one) => line.has(one))) {
      line.problems.push({ where: `--${option}`, message: 'says nothing to tests, the only part asked for' });
    }
  }
  line.check();
  return {
    parts: someParts.length > 0 ? someParts : parts,
    scenarios: names.length > 0 ? scenarios.filter(({ name }) => names.includes(name)) : scenarios,
    ...(runtime === undefined ? {} : { runtime }),
    ...(images === undefined ? {} : { images }),
    ...(out === undefined ? {} : { out }),
    help: line.has('help'),
  };
}
