import type { Stats } from 'node:fs';
import { readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Problem } from '../../core/errors.ts';
import { unreadable } from '../../core/file-errors.ts';

/** A file of a folder, at the path by which components know it. */
export interface TreeFile {
  readonly path: string;
  readonly text: string;
  /** The file itself, where links have been followed. */
  readonly real: string;
  /** Its name begins with a dot. */
  readonly hidden: boolean;
}

export interface Tree {
  readonly files: readonly TreeFile[];
  readonly problems: readonly Problem[];
}

/** Names that a person gives to a file. A folder of such a name is what a mount of a missing file leaves behind. */
const fileName = /\.(ya?ml|json|env|tmpl|rules)$/;

/**
 * Reads every file below a directory. Links are followed inside the directory, since mounts of Kubernetes are made of
 * them. What is in a hidden folder (.git, or the ..data of such a mount) is read only where a link leads to it.
 *
 * @param where names a path of the directory in problems.
 * @returns the files, and a problem for each entry that could not be read as a file or a folder.
 */
export async function readTree(directory: string, where = (path: string) => path): Promise<Tree> {
  const files: TreeFile[] = [];
  const problems: Problem[] = [];
  const root = await realpath(directory);
  const refuse = (path: string, message: string, hint: string) =>
    void problems.push({ where: where(path), message, hint });

  /** @param above the folders that lead here, links followed. */
  const visit = async (folder: string, above: readonly string[]): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true });
    if (entries.length === 0 && folder !== directory)
      refuse(folder, 'is an empty folder: nothing of it is used', 'put files into it or remove it');
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      const hidden = entry.name.startsWith('.');
      if (hidden && !entry.isFile()) continue;
      try {
        const real = entry.isSymbolicLink()
          ? await followed(path, root, above)
          : join(above.at(-1) ?? root, entry.name);
        const found = await stat(real);
        if (found.isDirectory()) {
          if (fileName.test(entry.name))
            refuse(path, 'is a folder; expected a file of this name', 'put the file there instead');
          else await visit(path, [...above, real]);
        } else if (found.isFile())
          files.push({ path: inTree(directory, path), text: await readText(real), real, hidden });
        else refuse(path, `is ${kindOf(found)}; expected a file`, 'put a regular file there');
      } catch (error) {
        refuse(
          path,
          unreadable(error),
          error instanceof BadEntry ? error.hint : 'make it readable, or remove it',
        );
      }
    }
  };
  await visit(directory, [root]).catch((error: unknown) =>
    refuse(directory, unreadable(error), 'make it readable'),
  );
  return { files, problems };
}

class BadEntry extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** Where a link leads. @throws BadEntry when that is nowhere, outside of `root`, or a folder that the link is in. */
async function followed(path: string, root: string, above: readonly string[]): Promise<string> {
  const target = await readlink(path);
  const real = await realpath(path).catch((error: NodeJS.ErrnoException) => {
    const loops = error.code === 'ELOOP';
    throw loops || error.code === 'ENOENT' || error.code === 'ENOTDIR'
      ? new BadEntry(
          loops
            ? `is a link to ${target}, which leads back to itself`
            : `is a link to ${target}, which is not there`,
          'lead it to a file of this folder, or remove it',
        )
      : error;
  });
  if (real !== root && !real.startsWith(root + sep))
    throw new BadEntry(
      `is a link to ${target}, which leads out of the folder`,
      'copy the files themselves: cp --recursive --dereference FROM TO',
    );
  if (above.includes(real))
    throw new BadEntry(`is a link to ${target}, a folder that it is in itself`, 'remove it');
  return real;
}

const inTree = (directory: string, path: string): string => relative(directory, path).split(sep).join('/');

/** @throws Error for what is no text: a component would read something else than we do. */
async function readText(path: string): Promise<string> {
  const bytes = await readFile(path);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new BadEntry('is no text in UTF-8', 'save it as UTF-8');
  }
}

function kindOf(found: Stats): string {
  if (found.isFIFO()) return 'a named pipe';
  return found.isSocket() ? 'a socket' : 'a device';
}
