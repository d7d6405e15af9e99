import { parseArgs } from 'node:util';
import { badInput, FiredrillError, type Problem } from '../core/errors.ts';
import { type Pace, paces, parsePace } from '../core/pace.ts';

export const usage = `usage: npm run scenario -- [NAME|FILE...] [options]

Runs fire drills: starts the stack, breaks the service, judges the pages that arrive.
Without a name it lists the scenarios. FILE is a scenario of your own (.ts, .json or .yaml).

  --pace fast|real   fast (default) divides every duration by ${paces.fast.factor}; real runs rules as written
  --repeat N         run each drill N times and show the spread of its MTTD
  --config DIR       your rules and routes, laid over stacks/config (same file names)
  --keep             leave the stack up after the drill and print its addresses, until Ctrl-C
  --port NAME=PORT   have a component listen on this port, e.g. prometheus=9090
  --runs DIR         where runs are kept (default .firedrill/runs)
  --json             print the record of each drill as one line of JSON on standard output
  --help

Exit code: 0 every expectation held, 1 one failed, 2 bad input, 3 the stack or the harness broke, 130 interrupted.
`;

export interface Arguments {
  readonly names: readonly string[];
  readonly pace: Pace;
  readonly repeat: number;
  readonly overlay?: string;
  readonly keep: boolean;
  readonly ports: ReadonlyMap<string, number>;
  readonly runs?: string;
  readonly json: boolean;
  readonly help: boolean;
}

const options = {
  pace: { type: 'string' },
  repeat: { type: 'string' },
  config: { type: 'string' },
  keep: { type: 'boolean' },
  port: { type: 'string', multiple: true },
  runs: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** @throws FiredrillError `bad-input` with every fault of the command line. */
export function readArguments(args: readonly string[]): Arguments {
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const problems: Problem[] = [];
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const known = Object.entries(options).find(([name]) => name === token.name)?.[1];
    if (!known)
      problems.push({
        where: token.rawName,
        message: 'there is no such option',
        hint: 'npm run scenario -- --help',
      });
    else if (known.type === 'string' && lacksValue(token)) {
      problems.push({ where: token.rawName, message: 'needs a value' });
      delete values[token.name];
    } else if (known.type === 'boolean' && token.value !== undefined)
      problems.push({ where: token.rawName, message: 'takes no value' });
  }
  const checked = <T>(read: () => T, otherwise: T): T => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof FiredrillError)) throw error;
      problems.push(...error.problems);
      return otherwise;
    }
  };
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  const pace = text(values.pace);
  const repeat = text(values.repeat);
  const result: Arguments = {
    names: positionals,
    pace: pace === undefined ? paces.fast : checked(() => parsePace(pace), paces.fast),
    repeat: repeat === undefined ? 1 : checked(() => parseRepeat(repeat), 1),
    ...(text(values.config) === undefined ? {} : { overlay: String(values.config) }),
    keep: values.keep === true,
    ports: new Map(
      (values.port ?? []).flatMap((entry) =>
        checked<[string, number][]>(() => [parsePort(String(entry))], []),
      ),
    ),
    ...(text(values.runs) === undefined ? {} : { runs: String(values.runs) }),
    json: values.json === true,
    help: values.help === true,
  };
  if (problems.length > 0) throw badInput(...problems);
  return result;
}

/** Also when the next option was taken for the value. */
const lacksValue = ({
  value,
  inlineValue,
}: {
  value: string | undefined;
  inlineValue: boolean | undefined;
}) => value === undefined || (value.startsWith('--') && !inlineValue);

function parseRepeat(text: string): number {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 1 || n > 1_000)
    throw badInput({ where: `--repeat ${text}`, message: 'expected a whole number from 1 to 1000' });
  return n;
}

function parsePort(text: string): [string, number] {
  const [, name, digits] = /^([a-z0-9-]+)=(\d+)$/.exec(text) ?? [];
  const port = Number(digits);
  if (!name || port < 1 || port > 65_535)
    throw badInput({ where: `--port ${text}`, message: 'expected COMPONENT=PORT, e.g. prometheus=9090' });
  return [name, port];
}
