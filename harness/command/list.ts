import { exitCodes } from '../../core/errors.ts';
import { readOptions } from '../../core/options.ts';
import type { Scenario } from '../../core/scenario.ts';
import { scenarios } from '../../scenarios/index.ts';
import { program } from './program.ts';

const usage = `usage: firedrill list [--json]

Lists the scenarios that firedrill brings, with the stacks on which they run, the default first. They drill its own shop;
firedrill run FILE drills your system.

  --json   a list of objects with name, title, summary and stacks
  --help
`;

export const options = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;

/** @returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const line = readOptions(args, options, {
    help: 'firedrill list --help',
    positionalError: 'unexpected argument; firedrill run drills scenarios',
  });
  line.check();
  process.stdout.write(line.has('help') ? usage : listText(scenarios, line.has('json')));
  return exitCodes.held;
}

/** The scenarios, a line each with the stacks on which they run, the default first; or as JSON. */
export function listText(scenarios: readonly Scenario[], json: boolean): string {
  if (json) {
    const rows = scenarios.map(({ name, title, summary, stacks }) => ({ name, title, summary, stacks }));
    return `${JSON.stringify(rows)}\n`;
  }
  const names = scenarios.map(({ name }) => name);
  const stacks = scenarios.map((scenario) => scenario.stacks.join(', '));
  const [nameWidth, stackWidth] = [names, stacks].map((column) =>
    Math.max(...column.map((text) => text.length)),
  );
  const lines = scenarios.map(
    ({ name, summary }, i) =>
      `  ${name.padEnd(nameWidth ?? 0)}  ${stacks[i]?.padEnd(stackWidth ?? 0)}  ${summary}`,
  );
  return `${lines.join('\n')}\n\nRun one: ${program.run} ${names[0]}\n`;
}
