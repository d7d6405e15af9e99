import { readdir, readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseDocument } from 'yaml';
import { badInput, FiredrillError, messageOf } from '../../core/errors.ts';
import { parseScenario, type Scenario } from '../../core/scenario.ts';
import { scenarioNamed } from '../../scenarios/index.ts';
import { journeys } from '../../scenarios/load/plan.ts';

/**
 * A scenario by name, or from a file of the user's: YAML, JSON, or TypeScript with a default export.
 *
 * @throws FiredrillError `bad-input` with every fault of the file.
 */
export async function findScenario(nameOrFile: string): Promise<Scenario> {
  if (!/[./]/.test(nameOrFile)) return scenarioNamed(nameOrFile);
  const scenario = parseScenario(await readInput(nameOrFile), nameOrFile);
  await refuseUnknownLoad(scenario, nameOrFile);
  return scenario;
}

/** A script or a journey that is not there would cost a whole warm-up to find out. */
async function refuseUnknownLoad({ load }: Scenario, file: string): Promise<void> {
  const scripts = await readdir(new URL('../../scenarios/load/', import.meta.url));
  if (!scripts.includes(`${load.script}.ts`)) {
    throw badInput({
      where: `${file}: load.script`,
      message: `there is no scenarios/load/${load.script}.ts`,
    });
  }
  const unknown = Object.keys(load.rates).filter((rate) => !journeys.some((journey) => journey === rate));
  if (load.script !== 'shop' || unknown.length === 0) return;
  throw badInput(
    ...unknown.map((journey) => ({
      where: `${file}: load.rates.${journey}`,
      message: 'there is no such journey',
      hint: `the shop has ${journeys.join(', ')}`,
    })),
  );
}

async function readInput(file: string): Promise<unknown> {
  const path = resolve(file);
  try {
    if (['.ts', '.mts', '.js', '.mjs'].includes(extname(path))) {
      const module = (await import(pathToFileURL(path).href)) as { default?: unknown };
      if (module.default === undefined)
        throw badInput({ where: file, message: 'has no default export; expected the scenario there' });
      return module.default;
    }
    const document = parseDocument(await readFile(path, 'utf8'));
    if (document.errors.length > 0) {
      throw badInput(
        ...document.errors.map(({ message, linePos }) => ({
          where: `${file}:${linePos?.[0].line ?? 1}`,
          // The place is told already; what follows it is a picture of the line.
          message: message.replace(/ at line \d+, column \d+:?[\s\S]*/, ''),
        })),
      );
    }
    return document.toJS();
  } catch (error) {
    if (error instanceof FiredrillError) throw error;
    const line = lineIn(error, path);
    throw badInput({
      where: line === undefined ? file : `${file}:${line}`,
      message: messageOf(error),
      hint: 'expected a scenario as .ts, .json or .yaml; npm run scenario lists the built-in ones',
    });
  }
}

/** The line of a module that its own fault names; only the stack of an error has it. */
function lineIn(error: unknown, path: string): string | undefined {
  const [, after = ''] = (error instanceof Error ? (error.stack ?? '') : '').split(`${path}:`);
  return /^\d+/.exec(after)?.[0];
}
