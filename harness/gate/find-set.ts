import { dirname, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { readUserYaml } from '../../configuration/files/read-yaml.ts';
import { badInput, type Problem } from '../../core/errors.ts';
import { exists } from '../../core/exists.ts';
import { readInput } from '../../core/input-problems.ts';
import type { Path, WhereOf } from '../../core/path.ts';
import { type ScenarioSet, setsSchema } from '../../core/sets.ts';
import { shownPath } from '../../core/shown-path.ts';
import { nameHint } from '../../core/similar-names.ts';
import type { System } from '../../core/system.ts';
import { scenarios as ofProject } from '../../scenarios/index.ts';
import { readStagingFile } from '../attached/staging-file.ts';
import { project } from '../command/session.ts';
import { readSystemFile, systemFileFor, systemFileInput } from '../command/system-file.ts';
import { scenariosOf } from '../command/system-scenarios.ts';

/** The set that is used unless another one is named. */
const defaultName = 'default';

/** A set of scenarios, found. */
export interface FoundSet extends Omit<ScenarioSet, 'scenarios' | 'baseline'> {
  readonly name: string;
  /** The file that has it, or that could have it. */
  readonly file: string;
  /** Names of the project's scenarios, or files from the working directory. */
  readonly scenarios: readonly string[];
  /** Whether no file has it: it consists of all scenarios of the system. */
  readonly isImplied: boolean;
  /** Path of its baseline. */
  readonly baseline?: string;
  /** The system of its scenarios. Absent: the project's shop, or a staging. */
  readonly system?: System;
  /** Returns the location of a part of the set, for messages. */
  readonly whereOf: WhereOf;
}

/**
 * Finds a set of the user's system, or of the project's shop if no system is there.
 *
 * @param name default: the set `default`, or all scenarios if there is none of that name.
 * @param systemFile the file of the system. Default: the nearest one in the working directory or above.
 * @throws FiredrillError `bad-input` if there is no such set, or with every problem of the file.
 */
export async function findSet(name: string | undefined, systemFile?: string): Promise<FoundSet> {
  const file =
    systemFile === undefined ? await systemFileFor('firedrill.yaml') : await existing(resolve(systemFile));
  return file === undefined ? await setOfShop(name) : await setOfSystem(name, file);
}

/**
 * Finds a set of a staging.
 *
 * @param name default: the set `default`.
 * @param file describes the staging.
 * @throws FiredrillError `bad-input` if there is no such set, with every problem of the file, or with what a set of a staging
 * cannot demand.
 */
export async function findStagingSet(name: string | undefined, file: string): Promise<FoundSet> {
  const staging = await readStagingFile(file, process.env);
  const found = chosen(name, staging.sets, staging.file, (at) => staging.whereOf(['sets', ...at]));
  const { scenarios, pace, thresholds, whereOf } = found;
  const problems: Problem[] = [];
  if (!scenarios)
    problems.push({
      where: whereOf([]),
      message: 'it is not known which scenarios are drilled on this staging',
      hint: `name their files: sets: { ${found.name}: { scenarios: [shop-broken.yaml] } }`,
    });
  if (pace === 'fast')
    problems.push({ where: whereOf(['pace']), message: 'a staging is drilled at pace real; leave it out' });
  if (thresholds.minProven !== undefined)
    problems.push({
      where: whereOf(['thresholds', 'minProven']),
      message: provenOfFiles,
      hint: 'leave it out',
    });
  if (!scenarios || problems.length > 0) throw badInput(...problems);
  return whole(found, scenarios.map(fromHere(staging.file)));
}

/** Why no share of proven alerts can be demanded of a staging. */
export const provenOfFiles =
  'which alerts are proven is told by the files of firedrill.yaml, and a staging has none';

/** The scenarios of the sets of a system that are not there. */
export async function problemsOfSets({ file, sets }: System): Promise<Problem[]> {
  const { whereOf } = await systemFileInput(file);
  const each = Object.entries(sets).flatMap(([name, { scenarios = [] }]) =>
    scenarios.map(async (path, i): Promise<Problem[]> => {
      if (await exists(resolve(dirname(file), path))) return [];
      const where = whereOf(['sets', name, 'scenarios', i]);
      return [{ where, message: `there is no file ${shownPath(resolve(dirname(file), path))}` }];
    }),
  );
  return (await Promise.all(each)).flat();
}

async function existing(path: string): Promise<string> {
  // Its problems are told by the one that reads it.
  await systemFileInput(path);
  return path;
}

async function setOfSystem(name: string | undefined, file: string): Promise<FoundSet> {
  const system = await readSystemFile(file);
  const { whereOf } = await systemFileInput(file);
  const found = chosen(name, system.sets, file, (at) => whereOf(['sets', ...at]));
  const { scenarios } = found;
  return { ...whole(found, scenarios ? scenarios.map(fromHere(file)) : await scenariosOf(system)), system };
}

/** Returns the path from the working directory of one that is from the folder of a file. */
const fromHere = (file: string) => (path: string) => {
  const here = relative(process.cwd(), resolve(dirname(file), path));
  // A word without a dot or a slash would be the name of a scenario of the project.
  return /[./]/.test(here) ? here : `./${here}`;
};

async function setOfShop(name: string | undefined): Promise<FoundSet> {
  const file = join(project, 'scenarios', 'sets.yaml');
  const { input, whereOf } = await readUserYaml(file, shownPath(file));
  const read = readInput(z.strictObject({ sets: setsSchema }), input, whereOf);
  if ('problems' in read) throw badInput(...read.problems);
  const found = chosen(name, read.value.sets, file, (at) => whereOf(['sets', ...at]));
  return whole(found, found.scenarios ?? ofProject.map((scenario) => scenario.name));
}

type Chosen = ScenarioSet & Pick<FoundSet, 'name' | 'file' | 'isImplied' | 'whereOf'>;

function chosen(
  name: string | undefined,
  sets: Readonly<Record<string, ScenarioSet>>,
  file: string,
  whereOf: (at: Path) => string,
): Chosen {
  const wanted = name ?? defaultName;
  const set = Object.hasOwn(sets, wanted) ? sets[wanted] : undefined;
  const names = Object.keys(sets);
  if (!set && name !== undefined)
    throw badInput({
      where: name,
      message: `${shownPath(file)} has no set of this name`,
      hint:
        names.length > 0
          ? nameHint(name, names)
          : 'leave it out to run all scenarios, or write one under the key `sets`',
    });
  return {
    ...(set ?? setsSchema.parse({ [wanted]: {} })[wanted] ?? { repeats: 1, thresholds: {} }),
    ...{ name: wanted, file, isImplied: !set },
    whereOf: (at) => (set ? whereOf([wanted, ...at]) : shownPath(file)),
  };
}

/** @throws FiredrillError `bad-input` if it has no scenario, or one twice. */
function whole({ baseline, ...set }: Chosen, scenarios: readonly string[]): FoundSet {
  const twice = scenarios.flatMap((one, i) =>
    scenarios.indexOf(one) < i
      ? [{ where: set.whereOf(['scenarios', i]), message: `${one} is in the set already` }]
      : [],
  );
  const none =
    scenarios.length > 0
      ? []
      : [{ where: shownPath(set.file), message: 'there is no scenario beside or below it' }];
  if (twice.length + none.length > 0) throw badInput(...none, ...twice);
  return {
    ...set,
    scenarios,
    ...(baseline === undefined ? {} : { baseline: resolve(dirname(set.file), baseline) }),
  };
}
