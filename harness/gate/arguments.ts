import { resolve } from 'node:path';
import type { Problem } from '../../core/errors.ts';
import { readOptions } from '../../core/options.ts';
import type { Problems } from '../../core/problems.ts';
import { parseShare } from '../../core/sets.ts';
import { options as ofRun, values as valuesOfRun } from '../command/arguments.ts';
import { provenOfFiles } from './find-set.ts';

export const usage = `usage: firedrill gate [SET] [options]

Drills a set of scenarios several times, compares the drills with a baseline, and says whether the alerting has become worse:
alerts that are lost, renamed or slower, new noise, lost evidence. SET is a key of \`sets\` in firedrill.yaml (default: the set
default, or all scenarios if there is none). Without a firedrill.yaml here or above, the sets are those of firedrill's shop.

  --system FILE          the firedrill.yaml or firedrill.ts (default: the nearest one)
  --attach FILE          drill a staging that runs already, as FILE describes it; SET is a key of its \`sets\`
  --baseline FILE        instead of the set's baseline
  --write-baseline FILE  judge the drills alone, and write them as a baseline if all of them held
  --min-proven SHARE     demand that drills have proven this share of all alerts, e.g. 80%, by the ledger (firedrill ledger)
  --repeat N             instead of the set's repeats
  --pace fast|real       instead of the set's pace
  --stack NAME           as of firedrill run, like the following
  --topology NAME
  --runtime NAME
  --images WHICH
  --config DIR
  --fresh-stack
  --runs DIR
  --ledger FILE
  --junit FILE           write the result for CI systems
  --markdown FILE        write it for a pull request; it is also appended to the file that GITHUB_STEP_SUMMARY names
  --sarif FILE           write the findings for code scanning, with the lines of the rules
  --badge FILE           write a badge, as SVG
  --json                 print the result as one line of JSON on standard output
  --help

Exit code: 0 green, 1 red, 2 bad input, 3 a drill broke, so that there is no verdict, 130 interrupted.
`;

/** Options that are given to the drills as they are. */
const passedOn = [
  'repeat',
  'pace',
  'stack',
  'topology',
  'runtime',
  'images',
  'config',
  'runs',
  'ledger',
] as const;

const outputs = ['junit', 'markdown', 'sarif', 'badge'] as const;
type OutputName = (typeof outputs)[number];

/** Options that name a file which is read or written. */
const files = ['baseline', 'write-baseline', 'ledger', ...outputs] as const;

export const options = {
  system: { type: 'string' },
  attach: ofRun.attach,
  baseline: { type: 'string' },
  'write-baseline': { type: 'string' },
  'min-proven': { type: 'string' },
  repeat: ofRun.repeat,
  pace: ofRun.pace,
  stack: ofRun.stack,
  topology: ofRun.topology,
  runtime: ofRun.runtime,
  images: ofRun.images,
  config: ofRun.config,
  'fresh-stack': ofRun['fresh-stack'],
  runs: ofRun.runs,
  ledger: ofRun.ledger,
  junit: { type: 'string' },
  markdown: { type: 'string' },
  sarif: { type: 'string' },
  badge: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** The values of the options that have a fixed set of them. */
const { pace, stack, topology, runtime, images } = valuesOfRun;
export const values = { pace, stack, topology, runtime, images } as const;

export interface GateArguments {
  /** Absent: the default. */
  readonly set?: string;
  readonly system?: string;
  /** The file of a staging. Absent: the drills start their stacks. */
  readonly attach?: string;
  readonly baseline?: string;
  readonly writeBaseline?: string;
  /** From 0 to 1. Absent: the set's own. */
  readonly minProven?: number;
  /** Arguments for the drills. */
  readonly drills: readonly string[];
  readonly files: Readonly<Partial<Record<OutputName, string>>>;
  readonly json: boolean;
  readonly help: boolean;
}

/** @param problems receives every problem of the command line, apart from values of what is passed on. */
export function readGateArguments(args: readonly string[], problems: Problems): GateArguments {
  const line = readOptions(args, options, { help: 'firedrill gate --help' });
  const [set, ...others] = line.words;
  const share = line.text('min-proven');
  const minProven = share === undefined ? undefined : parseShare(share);
  if (share !== undefined && minProven === undefined)
    line.refuse('min-proven', {
      where: `--min-proven ${share}`,
      message: 'expected a share such as 80%',
    });
  problems.add(
    ...line.problems,
    ...others.map((where): Problem => ({ where, message: 'unexpected argument; one set can be run' })),
  );
  problems.add(...sharedFiles((name) => line.text(name)));
  const given = <Name extends string>(name: Name, value: string | undefined) =>
    value === undefined ? {} : { [name]: value };
  const [baseline, writeBaseline] = [line.text('baseline'), line.text('write-baseline')];
  if (baseline !== undefined && writeBaseline !== undefined)
    problems.add({
      where: '--write-baseline',
      message: 'judges the drills alone; leave --baseline out',
    });
  const [system, attach] = [line.text('system'), line.text('attach')];
  if (attach !== undefined) {
    if (system !== undefined)
      problems.add({
        where: `--system ${system}`,
        message: 'is not drilled by --attach; leave one of them out',
      });
    if (share !== undefined)
      problems.add({ where: `--min-proven ${share}`, message: provenOfFiles, hint: 'leave it out' });
  }
  return {
    ...given('set', set),
    ...given('system', system),
    ...given('attach', attach),
    ...given('baseline', baseline),
    ...given('writeBaseline', writeBaseline),
    ...(minProven === undefined ? {} : { minProven }),
    drills: [
      ...(attach === undefined ? [] : [`--attach=${attach}`]),
      ...passedOn.flatMap((name) => {
        const value = line.text(name);
        return value === undefined ? [] : [`--${name}=${value}`];
      }),
      ...(line.has('fresh-stack') ? ['--fresh-stack'] : []),
    ],
    files: Object.assign({}, ...outputs.map((name) => given(name, line.text(name)))),
    json: line.has('json'),
    help: line.has('help'),
  };
}

/** A file that two options name would be overwritten by the second one. */
function sharedFiles(text: (name: (typeof files)[number]) => string | undefined): Problem[] {
  const named = new Map<string, string>();
  return files.flatMap((name): Problem[] => {
    const value = text(name);
    if (value === undefined) return [];
    const option = `--${name} ${value}`;
    const other = named.get(resolve(value));
    if (other === undefined) named.set(resolve(value), option);
    return other === undefined
      ? []
      : [
          {
            where: option,
            message: `is the file of ${other} as well`,
            hint: 'name another file for one of them',
          },
        ];
  });
}
