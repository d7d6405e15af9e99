import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { readComposeFile } from '../../configuration/compose/read-compose.ts';
import { readUserYaml } from '../../configuration/files/read-yaml.ts';
import { map } from '../../configuration/files/yaml.ts';
import { badInput, type Problem } from '../../core/errors.ts';
import { exists } from '../../core/exists.ts';
import { type WhereOf, within } from '../../core/path.ts';
import { shownPath } from '../../core/shown-path.ts';
import { parseSystem, type System } from '../../core/system.ts';
import { monitoringOf } from '../../stacks/system-stack.ts';
import { moduleAt } from './module-file.ts';
import { ownPrograms } from './own-programs.ts';

const names = ['firedrill.yaml', 'firedrill.ts', 'firedrill.config.ts'];

/** Whether a file describes a system, by its name. */
export const isSystemFile = (path: string): boolean => names.includes(basename(path));

/**
 * The file of a system in this folder.
 *
 * @throws FiredrillError `bad-input` if there are several.
 */
export async function systemFileIn(folder: string): Promise<string | undefined> {
  const files = names.map((name) => join(folder, name));
  const there = await Promise.all(files.map(exists));
  const [file, ...others] = files.filter((_, i) => there[i]);
  if (file === undefined || others.length === 0) return file;
  throw badInput(
    ...others.map((other) => ({
      where: shownPath(other),
      message: `${shownPath(file)} describes the system of this folder already`,
      hint: 'remove one of them',
    })),
  );
}

/**
 * The file of the system that a scenario is about: in the scenario's folder, or the nearest one above that has one.
 *
 * @throws FiredrillError `bad-input` if that folder has several.
 */
export async function systemFileFor(scenarioFile: string): Promise<string | undefined> {
  for (let folder = dirname(resolve(scenarioFile)); ; folder = dirname(folder)) {
    const file = await systemFileIn(folder);
    if (file !== undefined) return file;
    if (dirname(folder) === folder) return undefined;
  }
}

/**
 * The file of a system as it is written, and the locations of its parts for messages.
 *
 * @throws FiredrillError `bad-input` if it cannot be read.
 */
export async function systemFileInput(
  file: string,
): Promise<{ readonly input: unknown; readonly whereOf: WhereOf }> {
  const shown = shownPath(file);
  return extname(file) === '.ts'
    ? { input: await moduleAt(shown, file, 'system'), whereOf: within(shown) }
    : await readUserYaml(file, shown);
}

/** @throws FiredrillError `bad-input` with every problem of the file. */
export async function readSystemFile(file: string): Promise<System> {
  const { input, whereOf } = await systemFileInput(file);
  const { compose, services } = map(input);
  const used = new Set(Object.values(map(services)).map((one) => String(map(one).compose)));
  const system = parseSystem(
    input,
    file,
    whereOf,
    typeof compose === 'string' ? await readComposeFile(resolve(dirname(file), compose), used) : undefined,
  );
  const folder = monitoringOf(system);
  const has = (path: string) => exists(join(folder, path));
  // Its file may be made of Kubernetes resources, and have any name.
  const hasAlertmanager = await has('alertmanager');
  const hasGrafana = await has('grafana');
  const lacking = [
    ...((await has('prometheus')) ? [] : ['there is no folder prometheus in it, with prometheus.yml']),
    ...(hasAlertmanager || hasGrafana
      ? []
      : ['nothing in it pages: there is neither a folder alertmanager nor a folder grafana']),
  ];
  const tailed = Object.entries(hasGrafana ? {} : system.services).filter(([, { logs }]) => logs.length > 0);
  const notStarted = Object.entries(hasGrafana ? {} : system.links).filter(([, { to = '' }]) =>
    /^(loki|tempo|gateway):/.test(to),
  );
  const { programs, problems } = await ownPrograms(system, whereOf);
  const found = [
    ...(await problemsOfCollectors(system, whereOf)),
    ...lacking.map((message) => ({
      where: whereOf(['monitoring']),
      message: `${shownPath(folder)}: ${message}`,
      hint: 'name the folder with these files by `monitoring`',
    })),
    ...notStarted.map(([name, { to }]) => ({
      where: whereOf(['links', name, 'to']),
      message: `${shownPath(folder)} has no folder grafana, so that nothing is started at ${to}`,
    })),
    ...tailed.map(([name]) => ({
      where: whereOf(['services', name, 'logs']),
      message: `${shownPath(folder)} has no folder grafana, so that no Loki is started that could take them`,
      hint: 'add grafana/provisioning to the monitoring, or leave `logs` out',
    })),
    ...problems,
  ];
  if (found.length > 0) throw badInput(...found);
  return { ...system, hasAlertmanager, hasGrafana, programs };
}

/** Reads the file of each system once: the drills of a command may share a large one. */
export function readSystemsOnce(): typeof readSystemFile {
  const known = new Map<string, Promise<System>>();
  return (file) => {
    const system = known.get(file) ?? readSystemFile(file);
    known.set(file, system);
    return system;
  };
}

/** Collectors without a file, and links from a Collector with an address that its file does not have. */
async function problemsOfCollectors(system: System, whereOf: WhereOf): Promise<Problem[]> {
  const folder = monitoringOf(system);
  const ofLinks = Object.entries(system.links).map(async ([name, { from, to }]): Promise<Problem[]> => {
    const { config } = system.collectors[from] ?? {};
    if (config === undefined || to === undefined) return [];
    const text = await readFile(join(folder, config), 'utf8').catch(() => undefined);
    if (text === undefined || text.includes(to)) return [];
    return [{ where: whereOf(['links', name, 'to']), message: `${config} does not contain ${to}` }];
  });
  const found = Object.entries(system.collectors).map(async ([name, { config }]): Promise<Problem[]> => {
    if (await exists(join(folder, config))) return [];
    const where = whereOf(['collectors', name, 'config']);
    return [{ where, message: `there is no file ${shownPath(join(folder, config))}` }];
  });
  return (await Promise.all([...found, ...ofLinks])).flat();
}
