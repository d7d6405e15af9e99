import { readdir, readFile } from 'node:fs/promises';
import { basename, join, posix } from 'node:path';

/** A file that is written into a container before it starts: a daemon on another machine has none of our directories. */
export interface CopiedFile {
  readonly content: Buffer;
  readonly target: string;
  readonly mode: number;
}

/** Where files of this host come that are no configuration. */
const givenTo = (hostFile: string): string => `/etc/firedrill/${basename(hostFile)}`;

/** The files of this host that each component sees. */
export class CopiedFiles {
  readonly #given = new Map<string, Set<string>>();

  /** @returns its path in the component's container. */
  give(component: string, hostFile: string): string {
    this.#given.set(component, (this.#given.get(component) ?? new Set()).add(hostFile));
    return givenTo(hostFile);
  }

  /** @param from directory of this host with its configuration, if there is any, which is to be in `to`. */
  async of(component: string, from: string, to: string): Promise<CopiedFile[]> {
    const entries = await readdir(from, { recursive: true, withFileTypes: true }).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw error;
      },
    );
    const own = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => copied(path, posix.join(to, path.slice(from.length))));
    const given = [...(this.#given.get(component) ?? [])].map((file) => copied(file, givenTo(file)));
    return await Promise.all([...own, ...given]);
  }
}

/** Its owner there is root, so it is for everybody to read. */
const copied = async (hostFile: string, target: string): Promise<CopiedFile> => ({
  content: await readFile(hostFile),
  target,
  mode: 0o644,
});
