import type { Scenario } from '../../core/scenario.ts';

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
  return `${lines.join('\n')}\n\nRun one: npm run scenario ${names[0]}\n`;
}
