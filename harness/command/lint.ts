/*
 * `firedrill lint`: finds, in the files of a system and its scenarios alone, what a drill would refuse and what is likely to
 * go wrong.
 */
import { readFile, stat } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { orEmpty } from '../../configuration/files/parse-yaml.ts';
import { Place } from '../../configuration/files/place.ts';
import { eachValue } from '../../configuration/files/walk-yaml.ts';
import { type Finding, findingKinds } from '../../configuration/lint/finding.ts';
import { lint } from '../../configuration/lint/lint.ts';
import { badInput, exitCodes, type Problem } from '../../core/errors.ts';
import { readOptions } from '../../core/options.ts';
import { paces } from '../../core/pace.ts';
import { Problems } from '../../core/problems.ts';
import { shownPath } from '../../core/shown-path.ts';
import { isFault, renderLintJunit, renderSarif } from '../../reports/lint.ts';
import { replacementPlace } from '../../reports/replacements.ts';
import { problemsOfSets } from '../gate/find-set.ts';
import type { Placement } from '../stack/placement.ts';
import { type Asked, checkInput } from './check-input.ts';
import { placed } from './placed.ts';
import { type FoundScenario, findScenario } from './scenario-file.ts';
import { project } from './session.ts';
import { isSystemFile, readSystemFile, systemFileFor } from './system-file.ts';
import { scenariosOf } from './system-scenarios.ts';
import { checkByToolsAtHand } from './tools-at-hand.ts';

const usage = `usage: firedrill lint [FILE|FOLDER] [--format text|json|sarif|junit]

Finds, without starting anything, what cannot be drilled and what is likely to go wrong: in firedrill.yaml, in its
scenarios, and in the rules, routes and templates of its monitoring. FILE is a firedrill.yaml or firedrill.ts (default: the
nearest one), or one scenario. Scenarios are the files in folders named scenarios, and other YAML and JSON files with
expectations.

  --format WHICH   text (default), json, sarif or junit, on standard output
  --help

${Object.entries(findingKinds)
  .map(([kind, text]) => `  ${kind.padEnd(18)} ${text}`)
  .join('\n')}

What a drill would replace in the files is listed too, as replaced; that is no fault. The components' own tools, such as
promtool and amtool, check the files as well if a drill or setup has built them.

Exit code: 0 no fault was found, 1 a fault was found, 2 there is nothing to look at.
`;

export const options = { format: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const;

/** The values of `--format`. */
export const values = { format: ['text', 'json', 'sarif', 'junit'] } as const;

/** A drill without options, at the pace of the files as they are written. */
const asked: Asked & Parameters<typeof placed>[1] = {
  ...{ pace: paces.real, runtime: 'auto', ports: new Map() },
  compare: false,
};

/**
 * Finds everything. What a drill would refuse has the kind `refused`.
 *
 * @param scenario the only scenario to look at. Default: those beside and below the file.
 * @param byTools has the components' own tools check the files.
 */
export async function lintSystem(
  file: string,
  scenario?: string,
  byTools = checkByToolsAtHand,
): Promise<readonly (Finding | (Problem & { kind: 'refused' | 'replaced' }))[]> {
  const problems = new Problems();
  const system = await problems.readSoon(readSystemFile(file));
  if (!system) return refused(problems);
  const scenarios = scenario === undefined ? await scenariosOf(system) : [scenario];
  if (scenario === undefined) problems.add(...(await problemsOfSets(system)));
  const found: FoundScenario[] = [];
  for (const one of scenarios) {
    const read = await findScenario(one, problems, system);
    if (read) found.push(read);
  }
  const name = system.hasGrafana ? 'full' : 'metrics';
  const alone: Placement = { stack: name, topology: 'sidecar', with: [], system };
  const all = placed(found, asked, problems);
  const [judged] = await checkInput(all, asked, project, problems, [alone]);
  if (judged) await byTools([judged], problems);
  const likely = judged ? lint(judged.written) : [];
  const texts = [file, ...scenarios].filter((one) => isYaml(one));
  const open = await Promise.all(
    texts.map(async (one) => todos(await readFile(one, 'utf8').catch(() => ''), shownPath(one))),
  );
  const replaced = (judged?.written.adoption.replacements ?? []).map((one) => ({
    kind: 'replaced' as const,
    where: replacementPlace(one),
    message: `${one.what}: ${one.why}`,
  }));
  return [...open.flat(), ...refused(problems), ...likely, ...(judged?.redaction.hide(replaced) ?? [])];
}

const isYaml = (file: string) => ['.yaml', '.yml'].includes(extname(file));

/** Values that `firedrill init` has left to the user. */
function todos(text: string, file: string): Finding[] {
  const place = new Place(file, text);
  return eachValue(orEmpty(text))
    .filter(({ value }) => value === 'TODO')
    .map(({ at }) => ({ kind: 'todo', ...place.to(...at).problem('is still to be filled in') }));
}

const refused = (problems: Problems) => problems.all.map((one) => ({ ...one, kind: 'refused' as const }));

/** The file of the system to look at, and the only scenario, if the user has named one. */
async function wanted(given = '.'): Promise<[file: string, scenario?: string]> {
  const path = resolve(given);
  const found = await stat(path).catch(() => undefined);
  if (isSystemFile(path)) return [path];
  const file = await systemFileFor(found?.isDirectory() ? join(path, 'firedrill.yaml') : path);
  if (file !== undefined) return found?.isDirectory() ? [file] : [file, given];
  throw badInput({
    where: given,
    message: 'there is no firedrill.yaml or firedrill.ts in this folder or above',
    hint: 'name one: firedrill lint path/to/firedrill.yaml',
  });
}

/** @returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const line = readOptions(args, options, { help: 'firedrill lint --help' });
  const format = line.word('format', values.format) ?? 'text';
  line.check();
  if (line.has('help')) {
    process.stdout.write(usage);
    return exitCodes.held;
  }
  const found = await lintSystem(...(await wanted(line.words[0])));
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
  return found.some(isFault) ? exitCodes.failed : exitCodes.held;
}

const textOf = ({ kind, where, message, hint }: Problem & { readonly kind: string }): string =>
  `${where}: ${message} [${kind}]\n${hint === undefined ? '' : `    → ${hint}\n`}`;
