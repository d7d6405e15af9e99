/*
 * `firedrill lint`: finds, in the files of a system alone, what a drill would refuse and what is likely to go wrong.
 */
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { findConfigFiles } from '../../configuration/files/config-files.ts';
import { yamlOf } from '../../configuration/files/parse-yaml.ts';
import { Place } from '../../configuration/files/place.ts';
import { eachValue } from '../../configuration/files/walk-yaml.ts';
import { judgeFiles } from '../../configuration/judge.ts';
import { type Finding, findingKinds } from '../../configuration/lint/finding.ts';
import { lint } from '../../configuration/lint/lint.ts';
import { badInput, exitCodes, type Problem } from '../../core/errors.ts';
import { readOptions } from '../../core/options.ts';
import { paces } from '../../core/pace.ts';
import { Problems } from '../../core/problems.ts';
import { shownPath } from '../../core/shown-path.ts';
import { renderLintJunit, renderSarif } from '../../reports/lint.ts';
import { placeholderOrigins } from '../stack/listeners.ts';
import { configFolders, overlayOf, type Placement, specOf } from '../stack/placement.ts';
import { project } from './session.ts';
import { readSystemFile, systemFileFor } from './system-file.ts';

const usage = `usage: firedrill lint [FILE|FOLDER] [--format text|json|sarif|junit]

Finds, without starting anything, what cannot be drilled and what is likely to go wrong: in firedrill.yaml, and in the
rules, routes and templates of its monitoring. FILE is a firedrill.yaml; default: the nearest one.

  --format WHICH   text (default), json, sarif or junit, on standard output
  --help

${Object.entries(findingKinds)
  .map(([kind, text]) => `  ${kind.padEnd(18)} ${text}`)
  .join('\n')}

Exit code: 0 nothing was found, 1 something was found, 2 there is nothing to look at.
`;

const formats = ['text', 'json', 'sarif', 'junit'] as const;

/** Finds everything. What a drill would refuse has the kind `refused`. */
export async function lintSystem(
  file: string,
): Promise<readonly (Finding | (Problem & { kind: 'refused' }))[]> {
  const problems = new Problems();
  const system = await problems.readSoon(readSystemFile(file));
  if (!system) return refused(problems);
  const name = system.hasGrafana ? 'full' : 'metrics';
  const placement: Placement = { stack: name, topology: 'sidecar', with: [], system };
  const stack = specOf(placement, paces.real);
  const directory = overlayOf(placement, undefined);
  const files = await findConfigFiles(
    configFolders(stack, project),
    directory === undefined ? undefined : { directory, components: stack.components },
    problems,
    stack.made,
  );
  problems.add(...judgeFiles(stack, files, 1, placeholderOrigins(name)).problems);
  // What cannot be read is among the problems already.
  const found = new Problems().read(() => lint(files)) ?? [];
  return [...todos(await readFile(file, 'utf8'), shownPath(file)), ...refused(problems), ...found];
}

/** Values that `firedrill init` has left to the user. */
function todos(text: string, file: string): Finding[] {
  const place = new Place(file, text);
  return eachValue(yamlOf(text))
    .filter(({ value }) => value === 'TODO')
    .map(({ at }) => ({ kind: 'todo', ...place.to(...at).problem('is still to be filled in') }));
}

const refused = (problems: Problems) => problems.all.map((one) => ({ ...one, kind: 'refused' as const }));

async function fileOf(given: string | undefined): Promise<string> {
  const path = resolve(given ?? '.');
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (given !== undefined && !isFolder) return path;
  const found = await systemFileFor(join(path, 'firedrill.yaml'));
  if (found !== undefined) return found;
  throw badInput({
    where: given ?? '.',
    message: 'there is no firedrill.yaml in this folder or above',
    hint: 'name one: firedrill lint path/to/firedrill.yaml',
  });
}

/** @returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const line = readOptions(
    args,
    { format: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    { help: 'firedrill lint --help' },
  );
  const format = line.word('format', formats) ?? 'text';
  line.check();
  if (line.has('help')) {
    process.stdout.write(usage);
    return exitCodes.held;
  }
  const found = await lintSystem(await fileOf(line.words[0]));
  const { version } = JSON.parse(await readFile(join(project, 'package.json'), 'utf8')) as {
    version: string;
  };
  const rendered = {
    text: () => found.map(textOf).join('') || 'Nothing was found.\n',
    json: () => `${JSON.stringify(found)}\n`,
    sarif: () => renderSarif(found, version),
    junit: () => renderLintJunit(found),
  };
  process.stdout.write(rendered[format]());
  return found.length > 0 ? exitCodes.failed : exitCodes.held;
}

const textOf = ({ kind, where, message, hint }: Problem & { readonly kind: string }): string =>
  `${where}: ${message} [${kind}]\n${hint === undefined ? '' : `    → ${hint}\n`}`;
