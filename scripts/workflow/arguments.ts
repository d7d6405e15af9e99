import { badInput } from '../../core/errors.ts';
import { readOptions } from '../../core/options.ts';

export const usage = `usage: npm run workflow -- NAME [--input INPUT=VALUE...]

Runs the jobs of .github/workflows/NAME.yml as GitHub does when somebody starts it by hand: from a fresh clone of HEAD,
made in a temporary folder and removed at the end. What it would upload is copied to .firedrill/workflow/<time>. Actions
of others (uses:) are named and not run: this machine's own Node, Go and tools take their place. A workflow that says
anything not understood here is refused before anything runs.

  --input INPUT=VALUE   an input of the workflow; may be given several times
  --help

Exit code: 0 every job succeeded, else that of the step that failed first; 2 bad input, 130 interrupted.
`;

export interface Arguments {
  /** Name of the workflow's file, without its ending; empty with `help` only. */
  readonly name: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly help: boolean;
}

const options = { input: { type: 'string', multiple: true }, help: { type: 'boolean', short: 'h' } } as const;

/** @throws FiredrillError `bad-input` with every fault of the command line. */
export function readArguments(args: readonly string[]): Arguments {
  const hint = 'npm run workflow -- --help';
  const { values, words, problems } = readOptions(args, options, { help: hint });
  const inputs = new Map<string, string>();
  for (const given of values.get('input') ?? []) {
    const [, key, text] = /^([A-Za-z_][\w-]*)=(.*)$/s.exec(given) ?? [];
    if (key === undefined || text === undefined)
      problems.push({ where: '--input', message: `expected INPUT=VALUE, got "${given}"`, hint });
    else inputs.set(key, text);
  }
  const help = values.has('help');
  const [name = '', ...more] = words;
  if (!help && name === '') problems.push({ where: 'arguments', message: 'name a workflow', hint });
  problems.push(...more.map((where) => ({ where, message: 'one workflow at a time', hint })));
  if (problems.length > 0) throw badInput(...problems);
  return { name, inputs: Object.fromEntries(inputs), help };
}
