import { readOptions } from '../../core/options.ts';
import type { Scenario } from '../../core/scenario.ts';
import { type RuntimeWish, runtimeWishes } from '../../harness/command/runtime-choice.ts';
import { scenarios } from '../../scenarios/index.ts';
import { type ImageChoice, imageChoices } from '../../stacks/images/image-choice.ts';

/** The parts of a nightly run, in the order in which they run. */
export const parts = ['fast', 'orders', 'real', 'tests'] as const;
export type Part = (typeof parts)[number];

export const usage = `usage: npm run nightly [-- OPTIONS]

Runs the whole matrix, and keeps the record and the reports of every drill and a summary of all of them.

  --part NAME        fast (every scenario several times at fast pace), orders (all scenarios in a random order on shared
                     stacks), real (every scenario once at real pace, two at a time) or tests (npm test -- --nightly);
                     may be repeated; default: all parts
  --scenario NAMES   drill only these scenarios, separated by spaces; may be repeated; default: all scenarios
  --repeat N         drills of each command of the part fast (default 10 on metrics, 3 on full)
  --runtime NAME     runtime of every drill: ${runtimeWishes.join(', ')}; default auto
  --images WHICH     for docker: ${imageChoices.join(', ')}; default auto
  --history FILE     file to which a line of each drill is added, with a page of all nights beside it (default
                     .firedrill/nightly/history.jsonl)
  --out DIR          folder for logs, runs and summary (default .firedrill/nightly/<time>)
  --help

Exit code: the worst of all commands; 0 everything held, 1 an expectation or a test failed, 2 bad input, 3 something
broke, 130 interrupted.
`;

export interface Arguments {
  readonly parts: readonly Part[];
  readonly scenarios: readonly Scenario[];
  /** Of the part `fast`. Absent: several, by the stack. */
  readonly repeat?: number;
  /** Absent: the default of npm run scenario. */
  readonly runtime?: RuntimeWish;
  readonly images?: ImageChoice;
  /** Absent: a new folder named after the time. */
  readonly out?: string;
  /** Absent: that of the project. */
  readonly history?: string;
  readonly help: boolean;
}

const options = {
  part: { type: 'string', multiple: true },
  scenario: { type: 'string', multiple: true },
  repeat: { type: 'string' },
  runtime: { type: 'string' },
  images: { type: 'string' },
  history: { type: 'string' },
  out: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** @throws FiredrillError `bad-input` with every error of the command line. */
export function readArguments(args: readonly string[]): Arguments {
  const line = readOptions(args, options, {
    help: 'npm run nightly -- --help',
    positionalError: 'unexpected argument: not the value of an option',
  });
  const someParts = line.wordsAmong('part', parts);
  const names = line.wordsAmong(
    'scenario',
    scenarios.map(({ name }) => name),
    line.all('scenario').flatMap((names) => names.split(' ').filter((name) => name !== '')),
  );
  const repeat = line.whole('repeat', 1, 1_000);
  const runtime = line.word('runtime', runtimeWishes);
  const images = line.word('images', imageChoices);
  const [out, history] = [line.text('out'), line.text('history')];
  if (someParts.length > 0 && someParts.every((part) => part === 'tests')) {
    for (const option of (['scenario', 'runtime', 'images', 'history'] as const).filter((one) =>
      line.has(one),
    )) {
      line.problems.push({
        where: `--${option}`,
        message: 'has no effect on tests, the only part that is run',
        hint: 'leave it out, or add another --part',
      });
    }
  }
  if (repeat !== undefined && someParts.length > 0 && !someParts.includes('fast'))
    line.problems.push({
      where: '--repeat',
      message: 'has an effect on the part fast only, which is not run',
      hint: 'leave it out, or add --part fast',
    });
  line.check();
  return {
    parts: someParts.length > 0 ? someParts : parts,
    scenarios: names.length > 0 ? scenarios.filter(({ name }) => names.includes(name)) : scenarios,
    ...(repeat === undefined ? {} : { repeat }),
    ...(runtime === undefined ? {} : { runtime }),
    ...(images === undefined ? {} : { images }),
    ...(out === undefined ? {} : { out }),
    ...(history === undefined ? {} : { history }),
    help: line.has('help'),
  };
}
