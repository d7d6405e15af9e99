/*
 * `firedrill init`: writes a first firedrill.yaml and a scenario for each alert into the working directory.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { badInput, exitCodes } from '../../core/errors.ts';
import { exists } from '../../core/exists.ts';
import { readOptions } from '../../core/options.ts';
import { project } from '../command/session.ts';
import { systemFileIn } from '../command/system-file.ts';
import { readRepository } from './repository.ts';
import { scenarioTexts, systemText } from './write-system.ts';

const usage = `usage: firedrill init

Writes firedrill.yaml, and scenarios/NAME.yaml for each alert of the Prometheus rules in this folder. What it could not
find out is marked with TODO. It changes no file that is there.

  --help

Exit code: 0 written, 2 there is a firedrill.yaml already.
`;

/**
 * Writes the files that are not there yet.
 *
 * @returns their paths, relative to the folder, and those that were there.
 * @throws FiredrillError `bad-input` if the folder has a system already.
 */
export async function initSystem(
  folder: string,
): Promise<{ readonly written: readonly string[]; readonly kept: readonly string[] }> {
  const there = await systemFileIn(folder);
  if (there !== undefined)
    throw badInput({
      where: basename(there),
      message: 'is there already',
      hint: 'firedrill lint tells what is wrong with it; remove it to begin anew',
    });
  const found = await readRepository(folder);
  const schema = (name: string, from: string) =>
    relative(join(folder, dirname(from)), join(project, 'docs', 'schemas', `${name}.schema.json`));
  const files = [
    {
      file: 'firedrill.yaml',
      text: systemText(basename(folder), found, schema('firedrill', 'firedrill.yaml')),
    },
    ...scenarioTexts(found, schema('scenario', 'scenarios/one.yaml')),
  ];
  const written: string[] = [];
  const kept: string[] = [];
  for (const { file, text } of files) {
    const path = join(folder, file);
    if (await exists(path)) {
      kept.push(file);
      continue;
    }
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    written.push(file);
  }
  return { written, kept };
}

export const options = { help: { type: 'boolean', short: 'h' } } as const;

/** @returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const line = readOptions(args, options, {
    help: 'firedrill init --help',
    positionalError: 'unexpected argument',
  });
  line.check();
  if (line.has('help')) {
    process.stdout.write(usage);
    return exitCodes.held;
  }
  const { written, kept } = await initSystem(process.cwd());
  const told = [
    ...written.map((file) => `wrote ${file}`),
    ...kept.map((file) => `left ${file} as it is`),
    'Next: replace each TODO, then firedrill lint, then firedrill run scenarios/NAME.yaml',
  ];
  process.stdout.write(`${told.join('\n')}\n`);
  return exitCodes.held;
}
