import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { type CliCommand, type CliResult, project } from './cli.ts';

const example = join(project, 'examples', 'hello');

/** The files of the example, by their paths in it. */
export async function filesOfExample(): Promise<Record<string, string>> {
  const entries = await readdir(example, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(
      files.map(async (file) => [file.slice(example.length + 1), await readFile(file, 'utf8')] as const),
    ),
  );
}

/** A drill of a scenario of the example, with replacements in its files. */
export async function drillOf(
  scenario: string,
  changed: Readonly<Record<string, readonly (readonly [from: string, to: string])[]>> = {},
): Promise<CliCommand> {
  const files = await filesOfExample();
  for (const [path, replacements] of Object.entries(changed))
    for (const [from, to] of replacements) {
      const text = files[path] ?? '';
      if (text.split(from).length !== 2) throw new Error(`${path} does not say this once: ${from}`);
      files[path] = text.replace(from, () => to);
    }
  return { args: [`{dir}/scenarios/${scenario}.yaml`], files };
}

export function expectHeld({ kept, exitCode, left }: CliResult): void {
  const record = kept?.record;
  expect(record?.problem).to.equal(undefined);
  expect(record?.verdicts.filter(({ outcome }) => outcome !== 'pass')).to.deep.equal([]);
  expect(record?.outcome).to.equal('pass');
  expect(exitCode).to.equal(0);
  expect(left, 'left behind').to.deep.equal([]);
}
