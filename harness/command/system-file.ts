import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { documentOf } from '../../configuration/files/parse-yaml.ts';
import { Place } from '../../configuration/files/place.ts';
import { syntaxProblems } from '../../configuration/files/read-yaml.ts';
import { badInput } from '../../core/errors.ts';
import { exists } from '../../core/exists.ts';
import { unreadable } from '../../core/file-errors.ts';
import { pathText } from '../../core/path.ts';
import { shownPath } from '../../core/shown-path.ts';
import { parseSystem, type System } from '../../core/system.ts';
import { monitoringOf } from '../../stacks/system-stack.ts';

const name = 'firedrill.yaml';

/** The file of the system that a scenario is about: the nearest `firedrill.yaml` in its folder or one above. */
export async function systemFileFor(scenarioFile: string): Promise<string | undefined> {
  for (let folder = dirname(resolve(scenarioFile)); ; folder = dirname(folder)) {
    const file = join(folder, name);
    if (await exists(file)) return file;
    if (dirname(folder) === folder) return undefined;
  }
}

/** @throws FiredrillError `bad-input` with every problem of the file. */
export async function readSystemFile(file: string): Promise<System> {
  const shown = shownPath(file);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw badInput({ where: shown, message: unreadable(error) });
  });
  const document = documentOf(text);
  if (document.errors.length > 0) throw badInput(...syntaxProblems(shown, document.errors));
  const place = new Place(shown, text);
  const system = parseSystem(document.toJS(), file, (at) =>
    at.length === 0 ? shown : `${place.to(...at).line}: ${pathText(at)}`,
  );
  return { ...system, hasGrafana: await exists(join(monitoringOf(system), 'grafana')) };
}
