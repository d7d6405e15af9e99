import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { badInput, messageOf } from '../core/errors.ts';

/** Configuration as it is written: text by path, e.g. `prometheus/rules/checkout.yml`. */
export type ConfigFiles = ReadonlyMap<string, string>;

/**
 * Reads the project's configuration, each directory laid over those before it, and lays the user's over that: a file
 * replaces the one at the same path, a new one (a rule file, say) joins.
 *
 * @throws FiredrillError `bad-input` when the user's directory is missing or has a folder no component reads.
 */
export async function readConfigFiles(
  projectConfig: readonly string[],
  overlay?: string,
): Promise<ConfigFiles> {
  const files = new Map<string, string>();
  for (const directory of projectConfig) {
    for (const [path, text] of await readTree(directory)) files.set(path, text);
  }
  if (overlay === undefined) return files;
  const isDirectory = await stat(overlay).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isDirectory)
    throw badInput({
      where: `--config ${overlay}`,
      message: 'is no directory',
      hint: 'lay it out like stacks/config, e.g. prometheus/rules/mine.yml in it',
    });
  const folders = new Set([...files.keys()].map(folderOf));
  const own = await readTree(overlay);
  const strays = [...own.keys()].filter((path) => !folders.has(folderOf(path)));
  if (strays.length > 0) {
    throw badInput(
      ...strays.map((path) => ({
        where: `--config ${join(overlay, path)}`,
        message: `no component reads it; expected it under ${[...folders].join('/, ')}/`,
      })),
    );
  }
  const misnamed = [...own.keys()].flatMap((path) => {
    const meant = files.has(path) ? undefined : otherEnding(path);
    return meant !== undefined && files.has(meant) ? [{ path, meant }] : [];
  });
  if (misnamed.length > 0) {
    throw badInput(
      ...misnamed.map(({ path, meant }) => ({
        where: `--config ${join(overlay, path)}`,
        message: 'no component reads it',
        hint: `name it ${meant}`,
      })),
    );
  }
  return new Map([...files, ...own]);
}

const otherEnding = (path: string): string | undefined => {
  if (path.endsWith('.yml')) return path.replace(/yml$/, 'yaml');
  return path.endsWith('.yaml') ? path.replace(/yaml$/, 'yml') : undefined;
};

export const folderOf = (path: string): string => path.split('/')[0] ?? '';

async function readTree(directory: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    // Whatever is in a hidden folder, such as .git, is hidden too.
    if (!entry.isFile() || /(^|[/\\])\./.test(relative(directory, path))) continue;
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      throw badInput({ where: path, message: messageOf(error) });
    });
    files.set(relative(directory, path).split(sep).join('/'), text);
  }
  return files;
}
