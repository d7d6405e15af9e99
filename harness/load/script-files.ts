import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** What a script may import, and in which other imports are looked for. */
const isModule = /\.(js|mjs|cjs|ts|mts|cts)$/;
/** A path that begins at the file itself: `'./plan.ts'`. */
const relativePath = /(['"`])(\.\.?\/[^'"`\n]+)\1/g;

/**
 * The files that a k6 script needs: itself, and whatever a file among them names by a relative path, to import or to open it.
 * A path that is put together while the script runs is not seen.
 *
 * @returns absolute paths.
 * @throws Error if the script cannot be read.
 */
export async function scriptFiles(script: string): Promise<string[]> {
  const found = new Set<string>();
  const follow = async (file: string): Promise<void> => {
    if (found.has(file)) return;
    found.add(file);
    if (!isModule.test(file)) return;
    const text = await readFile(file, 'utf8');
    for (const [, , path = ''] of text.matchAll(relativePath)) {
      const named = resolve(dirname(file), path);
      if (await isFile(named)) await follow(named);
    }
  };
  await follow(resolve(script));
  return [...found];
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
