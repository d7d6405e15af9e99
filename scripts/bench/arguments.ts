import { parseArgs } from 'node:util';
import { badInput, type Problem } from '../../core/errors.ts';
import { type RuntimeName, runtimeNames } from '../../core/runtime.ts';
import { type ImageChoice, imageChoices } from '../../stacks/images/choice.ts';

export const usage = `usage: npm run bench [-- options]

Drills checkout-errors at fast pace on the full stack, then has the receivers' own benchmark run, and prints what was
measured beside the budgets of docs/design.md. Nothing fails for being slow.

  --repeat N       how often it is drilled, on each runtime (default 5)
  --runtime NAME   process (default: child processes), docker (containers) or both: in turns, and then compared
  --images WHICH   of docker: official, local (made here from the toolchain) or auto (default): official if they can be had
  --help

Exit code: 0 all was measured, 2 bad input, 3 a drill did not hold or there is no daemon, 130 interrupted.
`;

export interface Arguments {
  readonly repeat: number;
  /** In the order of their turns. */
  readonly runtimes: readonly RuntimeName[];
  /** Absent: not asked for. */
  readonly images?: ImageChoice;
  readonly help: boolean;
}

const options = {
  repeat: { type: 'string' },
  runtime: { type: 'string' },
  images: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

const wishes = [...runtimeNames, 'both'] as const;

/** @throws FiredrillError `bad-input` with every fault of the command line. */
export function readArguments(args: readonly string[]): Arguments {
  const { values, tokens } = parseArgs({
    args: [...args],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const problems = tokens.flatMap(faultOf);
  const given = new Map(
    tokens.flatMap((token) =>
      token.kind === 'option' && token.value !== undefined && faultOf(token).length === 0
        ? [[token.name, token.value] as const]
        : [],
    ),
  );
  const word = <Word extends string>(option: string, words: readonly Word[]): Word | undefined => {
    const text = given.get(option);
    const found = words.find((one) => one === text);
    if (text !== undefined && !found)
      problems.push({
        where: `--${option}`,
        message: `there is no "${text}"`,
        hint: `use ${words.join(' or ')}`,
      });
    return found;
  };
  const repeat = Number(given.get('repeat') ?? 5);
  if (!Number.isInteger(repeat) || repeat < 1 || repeat > 1_000)
    problems.push({
      where: `--repeat ${given.get('repeat')}`,
      message: 'expected a whole number from 1 to 1000',
    });
  const runtime = given.has('runtime') ? word('runtime', wishes) : 'process';
  const images = word('images', imageChoices);
  if (given.has('images') && runtime === 'process')
    problems.push({
      where: '--images',
      message: 'processes run from no images',
      hint: 'use --runtime docker or both, or leave it out',
    });
  if (problems.length > 0) throw badInput(...problems);
  return {
    repeat,
    runtimes: runtimeNames.filter((name) => runtime === 'both' || runtime === name),
    ...(images ? { images } : {}),
    help: values.help === true,
  };
}

interface Token {
  readonly kind: string;
  readonly name?: string;
  readonly rawName?: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function faultOf({ kind, name, rawName = '', value, inlineValue }: Token): Problem[] {
  const hint = 'npm run bench -- --help';
  const missing = (where: string): Problem => ({ where, message: 'there is no such option', hint });
  if (kind === 'positional') return [missing(value ?? '')];
  if (kind !== 'option') return [];
  const known = Object.entries(options).find(([option]) => option === name)?.[1];
  if (!known) return [missing(rawName)];
  if (known.type === 'boolean')
    return value === undefined ? [] : [{ where: rawName, message: 'takes no value' }];
  // Also when the next option was taken for the value.
  const lacks = value === undefined || (value.startsWith('--') && !inlineValue);
  return lacks ? [{ where: rawName, message: 'needs a value' }] : [];
}
