import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { goSettings } from './go-env.ts';
import type { Recipe } from './recipe.ts';

/** The paths of all files in a folder and its subfolders, sorted. */
export async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.sort();
}

/** In the package a recipe is compiled. Its source is beside it, so that the key is the same as in the checkout. */
const isCompiled = (file: string): boolean => /\.(js|d\.ts)$/.test(file);

/** The cache key of a recipe's result. It changes with anything that affects the result. */
export async function cacheKey(recipe: Recipe): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(goSettings));
  for (const file of (await filesIn(recipe.folder)).filter((name) => !isCompiled(name))) {
    const content = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
    hash.update(`\n${relative(recipe.folder, file).split(sep).join('/')} ${content}`);
  }
  return `${recipe.tool}-${recipe.version}-${hash.digest('hex').slice(0, 12)}`;
}
