import { readdir, readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../../configuration/files/parse-json.ts';
import { Place } from '../../configuration/files/place.ts';
import { readUserYaml } from '../../configuration/files/read-yaml.ts';
import { badInput, FiredrillError, type Problem } from '../../core/errors.ts';
import { unreadable } from '../../core/file-errors.ts';
import { pathText, type WhereOf, within } from '../../core/path.ts';
import type { Problems } from '../../core/problems.ts';
import { readScenario, type Scenario, type StackName } from '../../core/scenario.ts';
import { nameHint } from '../../core/similar-names.ts';
import { journeysOf, type System } from '../../core/system.ts';
import { fileOfScenario, scenarioNamed } from '../../scenarios/index.ts';
import { journeys } from '../../scenarios/load/plan.ts';
import { prepareFault } from '../../systems/faults.ts';
import { moduleAt } from './module-file.ts';
import { program } from './program.ts';
import { readSystemFile, systemFileFor } from './system-file.ts';

/** A scenario, and the locations of its parts for messages. */
export interface FoundScenario {
  readonly scenario: Scenario;
  readonly whereOf: WhereOf;
  /** The user's system. Absent: the scenario is about the project's shop, or a staging. */
  readonly system?: System;
}

/**
 * Finds a scenario by its name, or reads it from a file of the user: YAML, JSON, or TypeScript with a default export.
 *
 * @param problems receives every problem of the file.
 * @param known the system of the file, if it has been read. Default: it is searched for and read.
 * @param readSystem reads the file of a system.
 * @returns `undefined` if there are problems.
 */
export async function findScenario(
  nameOrFile: string,
  problems: Problems,
  known?: System,
  readSystem = readSystemFile,
): Promise<FoundScenario | undefined> {
  if (!/[./]/.test(nameOrFile)) {
    const scenario = problems.read(() => scenarioNamed(nameOrFile, program.list));
    return scenario && { scenario, whereOf: within(fileOfScenario(scenario)) };
  }
  const file = await problems.readSoon(readScenarioFile(nameOrFile));
  if (!file) return undefined;
  const before = problems.all.length;
  const system = known ?? (await problems.readSoon(systemOf(nameOrFile, readSystem)));
  if (problems.all.length > before) return undefined;
  if (!system) return foundIn(file, file.input, await loadProblems(file.input, file.whereOf), problems);
  const found = foundAt(
    file,
    { stack: system.hasGrafana ? 'full' : 'metrics', journeys: journeysOf(system) },
    problems,
  );
  return found && { ...found, system };
}

/**
 * Reads a scenario for a staging from a file of the user.
 *
 * @param problems receives every problem of the file.
 * @returns `undefined` if there are problems.
 */
export async function findStagingScenario(
  nameOrFile: string,
  site: Site,
  problems: Problems,
): Promise<FoundScenario | undefined> {
  if (!/[./]/.test(nameOrFile)) {
    problems.add({
      where: nameOrFile,
      message: "a staging is drilled by a scenario of your own, and a name is one of the project's shop",
      hint: `name its file, e.g. ./${nameOrFile}.yaml`,
    });
    return undefined;
  }
  const file = await problems.readSoon(readScenarioFile(nameOrFile));
  return file && foundAt(file, site, problems);
}

/** What a scenario of a user is about: the stack that its monitoring is like, and its journeys. */
export interface Site {
  readonly stack: StackName;
  readonly journeys: readonly string[];
}

function foundAt(
  file: ScenarioFile,
  { stack, journeys: known }: Site,
  problems: Problems,
): FoundScenario | undefined {
  const { input: given, whereOf } = file;
  const input = typeof given === 'object' && given !== null ? { stacks: [stack], ...given } : given;
  const found = [...journeyProblems(input, whereOf, known), ...shopProblems(given, whereOf)];
  return foundIn(file, input, found, problems);
}

/** @param further problems that the form of a scenario does not show. */
function foundIn(
  { whereOf }: ScenarioFile,
  input: unknown,
  further: readonly Problem[],
  problems: Problems,
): FoundScenario | undefined {
  const read = readScenario(input, whereOf);
  const found = [...('problems' in read ? read.problems : []), ...faultProblems(input, whereOf), ...further];
  problems.add(...found);
  return 'problems' in read || found.length > 0 ? undefined : { scenario: read.value, whereOf };
}

/** The system of a scenario's file. */
async function systemOf(file: string, readSystem: typeof readSystemFile): Promise<System | undefined> {
  const systemFile = await systemFileFor(file);
  return systemFile === undefined ? undefined : await readSystem(systemFile);
}

/** Keys of a scenario that are about the project's shop. */
function shopProblems(input: unknown, whereOf: WhereOf): Problem[] {
  const part = z.object({
    stacks: z.unknown().optional(),
    with: z.unknown().optional(),
    load: z.object({ script: z.unknown().optional() }),
  });
  const read = part.safeParse(input);
  if (!read.success) return [];
  return [
    ...(read.data.stacks === undefined
      ? []
      : [
          {
            where: whereOf(['stacks']),
            message:
              'the stack follows from the files of the monitoring: Grafana is part of it if they have a folder grafana',
          },
        ]),
    ...(read.data.with === undefined
      ? []
      : [
          {
            where: whereOf(['with']),
            message: 'additions are about the shop of this project, and not about your system',
          },
        ]),
    ...(read.data.load.script === undefined
      ? []
      : [
          {
            where: whereOf(['load', 'script']),
            message: 'the load of a system consists of the journeys of its file',
          },
        ]),
  ];
}

const faultPart = z.object({
  fault: z.object({ kind: z.string().min(1), params: z.record(z.string(), z.json()).default({}) }),
});

/** The problems of the fault and its parameters, also if the scenario has problems elsewhere. */
function faultProblems(input: unknown, whereOf: WhereOf): readonly Problem[] {
  const part = faultPart.safeParse(input);
  if (!part.success) return [];
  try {
    prepareFault({ name: '', ...part.data }, whereOf);
    return [];
  } catch (error) {
    if (error instanceof FiredrillError) return error.problems;
    throw error;
  }
}

const loadPart = z.object({
  load: z.object({
    script: z.string().default('shop'),
    rates: z.record(z.string(), z.unknown()).default({}),
  }),
});

/** Without this check, a missing script or journey would be noticed only after the warm-up. */
async function loadProblems(input: unknown, whereOf: WhereOf): Promise<Problem[]> {
  const part = loadPart.safeParse(input);
  if (!part.success) return [];
  const { script } = part.data.load;
  const files = await readdir(new URL('../../scenarios/load/', import.meta.url));
  const scripts = files.flatMap((name) => /^([^.]+)\.[jt]s$/.exec(name)?.[1] ?? []);
  if (!scripts.includes(script)) {
    const message = `there is no scenarios/load/${script}.ts`;
    return [{ where: whereOf(['load', 'script']), message, hint: nameHint(script, scripts) }];
  }
  if (script !== 'shop') return [];
  return journeyProblems(input, whereOf, journeys).map((problem) => ({
    ...problem,
    message: `${problem.message} in the project's own shop; there is no firedrill.yaml in the folder of the scenario or above`,
  }));
}

function journeyProblems(input: unknown, whereOf: WhereOf, known: readonly string[]): Problem[] {
  const part = loadPart.safeParse(input);
  if (!part.success) return [];
  return Object.keys(part.data.load.rates)
    .filter((rate) => !known.includes(rate))
    .map((journey) => ({
      where: whereOf(['load', 'rates', journey]),
      message: 'there is no such journey',
      hint: nameHint(journey, known),
    }));
}

interface ScenarioFile {
  readonly input: unknown;
  readonly whereOf: WhereOf;
}

const endings = {
  module: ['.ts', '.mts', '.js', '.mjs'],
  json: ['.json'],
  yaml: ['.yaml', '.yml'],
} as const;

/** @throws FiredrillError `bad-input` if the file cannot be read. */
async function readScenarioFile(file: string): Promise<ScenarioFile> {
  const path = resolve(file);
  const ending = extname(path).toLowerCase();
  const isOne = (of: readonly string[]) => of.includes(ending);
  if (isOne(endings.module))
    return { input: await moduleAt(file, path, 'scenario', hint), whereOf: within(file) };
  if (isOne(endings.yaml)) return await readUserYaml(path, file, hint);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw badInput({ where: file, message: unreadable(error), hint });
  });
  const place = new Place(file, text);
  const whereOf: WhereOf = (at) => {
    const name = pathText(at);
    return name === '' ? file : `${place.to(...at).line}: ${name}`;
  };
  if (isOne(endings.json)) return { input: parseJson(text, place), whereOf };
  const message = ending === '' ? 'has no file extension' : `a scenario cannot have the extension ${ending}`;
  throw badInput({ where: file, message, hint });
}

const hint = `expected a scenario as .yaml, .json or .ts; ${program.list} lists the built-in ones`;
