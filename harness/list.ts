import type { Scenario } from '../core/scenario.ts';

/** The scenarios, a line each, or as JSON. */
export function listText(scenarios: readonly Scenario[], json: boolean): string {
  if (json) {
    return `${JSON.stringify(scenarios.map(({ name, title, summary }) => ({ name, title, summary })))}\n`;
  }
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  const lines = scenarios.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `${lines.join('\n')}\n\nRun one: npm run scenario ${scenarios[0]?.name}\n`;
}
