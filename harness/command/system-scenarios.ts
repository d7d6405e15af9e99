import { glob, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { System } from '../../core/system.ts';
import { monitoringOf } from '../../stacks/system-stack.ts';
import { systemFileFor } from './system-file.ts';

/**
 * The files of the scenarios beside and below the file of a system, apart from those of a system further below. Their paths
 * are from the working directory.
 */
export async function scenariosOf(system: System): Promise<string[]> {
  const folder = dirname(system.file);
  const monitoring = monitoringOf(system);
  const found: string[] = [];
  const exclude = (path: string) =>
    basename(path) === 'node_modules' ||
    basename(path).startsWith('.') ||
    resolve(folder, path) === monitoring;
  for await (const path of glob('**/*.{yaml,yml,json,ts,mts,js,mjs}', { cwd: folder, exclude })) {
    const file = join(folder, path);
    if (file === system.file || (await systemFileFor(file)) !== system.file) continue;
    const isInOwnFolder = dirname(path).split('/').includes('scenarios');
    const isData = /\.(?:ya?ml|json)$/.test(path);
    if (isInOwnFolder && isData) found.push(file);
    // A module in the folder of the scenarios may only be a part of one.
    else if ((isInOwnFolder || isData) && /\bexpectations\b/.test(await readFile(file, 'utf8')))
      found.push(file);
  }
  return found.sort().map((file) => relative(process.cwd(), file));
}
