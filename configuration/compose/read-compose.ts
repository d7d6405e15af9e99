import { readdir, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, posix, relative, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { badInput, type Problem } from '../../core/errors.ts';
import { unreadable } from '../../core/file-errors.ts';
import { shownPath } from '../../core/shown-path.ts';
import type { ComposeService, ComposeServices, MountedFile } from '../../core/system-services.ts';
import { readUserYaml } from '../files/read-yaml.ts';
import { map } from '../files/yaml.ts';
import type { Variables } from './interpolate.ts';
import { type ReadService, readServices } from './read-service.ts';

/**
 * Reads a compose file, and the files that the services name.
 *
 * @param path of the compose file.
 * @param used the services that are wanted. Of the others only the name counts.
 * @throws FiredrillError `bad-input` if the file cannot be read. What is wrong with a service is among its problems.
 */
export async function readComposeFile(path: string, used: ReadonlySet<string>): Promise<ComposeServices> {
  const shown = shownPath(path);
  const folder = dirname(path);
  const { input, place } = await readUserYaml(path, shown);
  const data = map(input);
  if (data.include !== undefined)
    throw badInput(
      place.to('include').problem('other files are not read', 'name the file with the services'),
    );
  const services = readServices(data, place, await variablesIn(folder));
  const found = services.map(async (service): Promise<[string, ComposeService]> => {
    const others = services.filter(({ name }) => name !== service.name && used.has(name));
    return [service.name, await withFiles(service, used.has(service.name), others, folder)];
  });
  return new Map(await Promise.all(found));
}

async function variablesIn(folder: string): Promise<Variables> {
  return parseEnv(await readFile(join(folder, '.env'), 'utf8').catch(() => ''));
}

async function withFiles(
  { name, envFiles, mounts, volumes, ...service }: ReadService,
  isUsed: boolean,
  others: readonly ReadService[],
  folder: string,
): Promise<ComposeService> {
  if (!isUsed) return { ...service, files: [] };
  const problems: Problem[] = [...service.problems];
  const fromFiles: Record<string, string | undefined> = {};
  for (const { file, isRequired, at } of envFiles) {
    try {
      Object.assign(fromFiles, parseEnv(await readFile(resolve(folder, file), 'utf8')));
    } catch (error) {
      if (isRequired) problems.push(at.problem(`${file} ${unreadable(error)}`));
    }
  }
  const files: MountedFile[] = [];
  for (const { from, to, at } of mounts) {
    const path = resolve(folder, from.replace(/^~(?=\/|$)/, homedir()));
    const found = await filesAt(path, to);
    if (typeof found === 'string') problems.push(at.problem(`${from} ${found}`));
    else files.push(...found);
  }
  const notes: string[] = [];
  for (const { name: volume, at } of volumes) {
    const sharing = others.find((other) => other.volumes.some((one) => one.name === volume));
    if (sharing)
      problems.push(
        at.problem(`${name} and ${sharing.name} share the volume ${volume}, which a drill cannot do`),
      );
    else notes.push(`${at.where}: ${name} starts with an empty ${volume}`);
  }
  const env = Object.fromEntries(
    Object.entries({ ...fromFiles, ...service.env }).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, value]],
    ),
  );
  return { ...service, env, files, problems, notes: [...service.notes, ...notes] };
}

/** More is no configuration: every file is copied into every instance. */
const most = { files: 500, mebibytes: 16 };

/** Returns the files at a path or below it, with their paths in the container, or what is wrong with them. */
async function filesAt(path: string, to: string): Promise<MountedFile[] | string> {
  try {
    const own = await stat(path);
    if (!own.isDirectory()) {
      if (!own.isFile()) return 'is neither a file nor a folder';
      return own.size > most.mebibytes * 1024 ** 2 ? tooMuch : [{ from: path, to }];
    }
    const found: MountedFile[] = [];
    let bytes = 0;
    const folders = [path];
    for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
      for (const entry of await readdir(folder)) {
        const from = join(folder, entry);
        // What a link leads to counts.
        const what = await stat(from);
        if (what.isDirectory()) folders.push(from);
        else if (what.isFile()) {
          bytes += what.size;
          found.push({ from, to: posix.join(to, ...relative(path, from).split(/[/\\]/)) });
        }
        if (found.length + folders.length > most.files || bytes > most.mebibytes * 1024 ** 2) return tooMuch;
      }
    }
    return found;
  } catch (error) {
    return unreadable(error);
  }
}

const tooMuch = `has more than ${most.files} files or ${most.mebibytes} MiB, and would be copied into the container`;
