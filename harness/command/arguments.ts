import type { Problem } from '../../core/errors.ts';
import { readOptions } from '../../core/options.ts';
import { type Pace, paceNames, paces } from '../../core/pace.ts';
import { Problems } from '../../core/problems.ts';
import {
  isHoldTime,
  type Scenario,
  type StackName,
  stackNames,
  type Topology,
  topologies,
} from '../../core/scenario.ts';
import { type ImageChoice, imageChoices } from '../../stacks/images/image-choice.ts';
import { program } from './program.ts';
import { type RuntimeWish, runtimeWishes } from './runtime-choice.ts';

export const usage = `usage: ${program.run} [NAME|FILE...] [options]

Runs fire drills: starts the stack, breaks the service, judges the pages that arrive.
Without a name it lists the scenarios. FILE is a scenario of your own (.ts, .json or .yaml).

  --pace fast|real   fast (default) divides every duration by ${paces.fast.factor}; real runs rules as written
  --stack NAME       full (Loki, Tempo and Grafana as well) or metrics (Prometheus and Alertmanager only); default:
                     the scenario's own
  --topology NAME    sidecar (default: a Collector beside each service) or direct (one shared Collector; full only)
  --runtime NAME     process (child processes), docker (containers) or auto (default): docker where a daemon answers
  --images WHICH     of docker: official, local (made here from the toolchain) or auto (default): official if they can be had
  --compare          run each drill on both topologies, and show them side by side
  --seed N           have the fault hit the same requests as the drill that told this seed; of --repeat, the first
                     drill has it, the next the one after it, and so on
  --repeat N         run each drill N times and show the spread of its MTTD
  --attach FILE      drill a staging that runs already, as FILE describes it (docs/staging.md); pace real
  --plan             with --attach: print what would be called, changed and put back, and do nothing
  --clean            with --attach: undo what a killed drill has left in the staging, and do nothing else
  --config DIR       your rules, routes, dashboards…, laid over the stack's configuration (same file names)
  --stays HOW-LONG   hold each fault on after its last page for at least this duration (as at real pace), or for one
                     group_interval of the routes
  --fresh-stack      start a new stack for every drill; otherwise a drill that follows one that held goes on with its stack
  --keep             leave the stack of one drill up, print its addresses, until Ctrl-C
  --port NAME=PORT   have a component listen on this port, e.g. prometheus=9090
  --runs DIR         where runs are kept (default .firedrill/runs)
  --ledger FILE      where a line is kept of each drill, for firedrill ledger (default .firedrill/ledger.jsonl, or
                     ledger.jsonl in DIR with --runs DIR)
  --json             print the record of each drill as one line of JSON on standard output
  --help

Exit code: 0 every expectation held, 1 one failed, 2 bad input, 3 the stack or the harness broke, 130 interrupted.
`;

export interface Arguments {
  readonly names: readonly string[];
  readonly pace: Pace;
  /** Absent: each scenario's own. */
  readonly stack?: StackName;
  /** Absent: `sidecar`, or both in turn when they are to be compared. */
  readonly topology?: Topology;
  readonly runtime: RuntimeWish;
  /** Absent: not asked for. */
  readonly images?: ImageChoice;
  readonly compare: boolean;
  /** Of the first drill; absent: each drill has another. */
  readonly seed?: number;
  readonly repeat: number;
  readonly overlay?: string;
  /** The file of a staging that runs already. */
  readonly attach?: string;
  /** Whether a drill of a staging is only described. */
  readonly plan: boolean;
  /** Whether only what an earlier drill has left in a staging is undone. */
  readonly clean: boolean;
  /** Instead of each scenario's own `fault.stays`. */
  readonly stays?: NonNullable<Scenario['fault']['stays']>;
  /** Whether every drill gets a stack of its own. */
  readonly freshStack: boolean;
  readonly keep: boolean;
  readonly ports: ReadonlyMap<string, number>;
  readonly runs?: string;
  /** Absent: the ledger of the runs. */
  readonly ledger?: string;
  readonly json: boolean;
  readonly help: boolean;
}

export const options = {
  pace: { type: 'string' },
  stack: { type: 'string' },
  topology: { type: 'string' },
  runtime: { type: 'string' },
  images: { type: 'string' },
  compare: { type: 'boolean' },
  seed: { type: 'string' },
  repeat: { type: 'string' },
  attach: { type: 'string' },
  plan: { type: 'boolean' },
  clean: { type: 'boolean' },
  config: { type: 'string' },
  stays: { type: 'string' },
  'fresh-stack': { type: 'boolean' },
  keep: { type: 'boolean' },
  port: { type: 'string', multiple: true },
  runs: { type: 'string' },
  ledger: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;
type Option = keyof typeof options;

/** The values of the options that have a fixed set of them. */
export const values = {
  pace: paceNames,
  stack: stackNames,
  topology: topologies,
  runtime: runtimeWishes,
  images: imageChoices,
} as const;

/** The arguments, as far as the command line can be read. */
export interface FoundArguments {
  /** With the default in place of a wrong value. */
  readonly given: Arguments;
  /** Names of options whose value is not known. */
  readonly doubtful: ReadonlySet<string>;
}

/** @throws FiredrillError `bad-input` with every problem of the command line. */
export function readArguments(args: readonly string[]): Arguments {
  const problems = new Problems();
  const { given } = findArguments(args, problems);
  problems.refuse();
  return given;
}

/** @param problems receives every problem of the command line. */
export function findArguments(args: readonly string[], problems: Problems): FoundArguments {
  const line = readOptions(args, options, { help: `${program.run} --help` });
  const { words: names } = line;
  const attach = line.text('attach');
  const pace = paces[line.word('pace', values.pace) ?? (attach === undefined ? 'fast' : 'real')];
  const repeat = line.whole('repeat', 1, 1_000) ?? 1;
  const seed = line.whole('seed', 0, seeds - 1);
  const stack = line.word('stack', values.stack);
  const [overlay, stays] = [line.text('config'), line.text('stays')];
  const [runs, ledger] = [line.text('runs'), line.text('ledger')];
  if (stays !== undefined && !isHoldTime(stays)) {
    const message = 'expected a duration such as 90s, 2m or 1m30s, or group_interval';
    line.refuse('stays', { where: `--stays ${stays}`, message });
  }
  const topology = line.word('topology', values.topology);
  const images = line.word('images', values.images);
  const runtime = line.word('runtime', values.runtime) ?? 'auto';
  const ports = new Map(line.all('port').flatMap((entry) => portIn(entry, line.problems)));
  const given: Arguments = {
    ...{ names, pace, repeat, runtime, ports },
    compare: line.has('compare'),
    freshStack: line.has('fresh-stack'),
    keep: line.has('keep'),
    json: line.has('json'),
    plan: line.has('plan'),
    clean: line.has('clean'),
    help: line.has('help'),
    ...(seed === undefined ? {} : { seed }),
    ...(stack === undefined ? {} : { stack }),
    ...(topology === undefined ? {} : { topology }),
    ...(images === undefined ? {} : { images }),
    ...(overlay === undefined ? {} : { overlay }),
    ...(attach === undefined ? {} : { attach }),
    ...(stays === undefined || line.doubtful.has('stays') ? {} : { stays }),
    ...(runs === undefined ? {} : { runs }),
    ...(ledger === undefined ? {} : { ledger }),
  };
  problems.add(
    ...line.problems,
    ...contradictions(given),
    ...withoutScenario(given, line.given),
    ...unfitForStaging(given, line.given),
  );
  return { given, doubtful: line.doubtful };
}

/** Options that apply to the list of scenarios, which is printed if none is named. */
const listOptions: ReadonlySet<Option> = new Set(['json', 'help']);

/** Options that have no effect on the list of scenarios. */
function withoutScenario({ names, help, attach, clean }: Arguments, given: readonly Option[]): Problem[] {
  if (names.length > 0 || help || (attach !== undefined && clean)) return [];
  return given
    .filter((option) => !listOptions.has(option))
    .map((option) => ({
      where: `--${option}`,
      message: 'has no effect without a scenario',
      hint: `name one: ${program.run} NAME --${option}; ${program.list} lists them`,
    }));
}

/** Options about a stack that firedrill starts. */
const startingOptions: ReadonlySet<Option> = new Set([
  ...(['stack', 'topology', 'runtime', 'images', 'compare', 'config', 'fresh-stack'] as const),
  ...(['keep', 'port'] as const),
]);

/** Options that a staging cannot have, or that only a staging has. */
function unfitForStaging(
  { attach, names, pace, plan, clean }: Arguments,
  given: readonly Option[],
): Problem[] {
  if (attach === undefined)
    return given
      .filter((option) => option === 'plan' || option === 'clean')
      .map((option) => ({
        where: `--${option}`,
        message: 'is about a staging that runs already',
        hint: 'name its file by --attach FILE',
      }));
  return [
    ...given
      .filter((option) => startingOptions.has(option))
      .map((option) => ({
        where: `--${option}`,
        message: 'is about a stack that firedrill starts, and with --attach it starts none',
        hint: 'leave it out',
      })),
    ...(pace.name === 'real'
      ? []
      : [
          {
            where: `--pace ${pace.name}`,
            message: 'the rules and intervals of a staging are as they are',
            hint: 'leave it out: a staging is drilled at pace real',
          },
        ]),
    ...(plan && clean
      ? [{ where: '--plan', message: 'has no effect with --clean; leave one of them out' }]
      : []),
    ...(clean && names.length > 0
      ? [{ where: '--clean', message: `drills nothing; leave ${names.join(' and ')} out` }]
      : []),
  ];
}

/** Options that cannot be combined, whatever the scenario. */
function contradictions({ stack, topology, compare, repeat, keep, ports }: Arguments): Problem[] {
  const problems: Problem[] = [];
  for (const [port, [first, second]] of Map.groupBy(ports, ([, port]) => port)) {
    if (!first || !second) continue;
    const message = `${first[0]} has this port too`;
    problems.push({ where: `--port ${second[0]}=${port}`, message, hint: 'choose another' });
  }
  if (stack === 'metrics' && topology === 'direct') {
    problems.push({ where: '--topology direct', message: onlySidecar, hint: 'leave --stack metrics out' });
  }
  if (keep && repeat > 1) {
    problems.push({
      where: `--repeat ${repeat}`,
      message: 'runs one stack after the other; leave --keep out',
    });
  }
  if (!compare) return problems;
  if (stack === 'metrics') {
    problems.push({
      where: '--compare',
      message: `there is nothing to compare: ${onlySidecar}`,
      hint: 'leave --stack metrics out',
    });
  }
  if (topology !== undefined) {
    problems.push({ where: '--compare', message: `runs both topologies; leave --topology ${topology} out` });
  }
  if (keep)
    problems.push({ where: '--compare', message: 'runs one stack after the other; leave --keep out' });
  return problems;
}

export const onlySidecar = 'the metrics stack has the topology sidecar only';

/** Seeds are whole numbers from 0 to below this. */
export const seeds = 2 ** 32;

function portIn(text: string, problems: Problem[]): [string, number][] {
  const [, name, digits] = /^([a-z0-9-]+)=(\d+)$/.exec(text) ?? [];
  const port = Number(digits);
  if (name && port >= 1 && port <= 65_535) return [[name, port]];
  problems.push({ where: `--port ${text}`, message: 'expected COMPONENT=PORT, e.g. prometheus=9090' });
  return [];
}
