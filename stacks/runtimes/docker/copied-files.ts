import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, posix } from 'node:path';
import type { MountedFile } from '../../../core/system-services.ts';

/**
 * A file that is copied into a container before it starts. Files are not mounted, since the daemon may be on another
 * machine.
 */
export interface CopiedFile {
  readonly content: Buffer;
  readonly target: string;
  readonly mode: number;
}

/** Container path of a host file that is not configuration. */
const containerPathOf = (hostFile: string): string => `/etc/firedrill/${basename(hostFile)}`;

/** The host files to copy into each component. */
export class CopiedFiles {
  readonly #given = new Map<string, Set<string>>();

  /** @returns its path in the component's container. */
  add(component: string, hostFile: string): string {
    this.#given.set(component, (this.#given.get(component) ?? new Set()).add(hostFile));
    return containerPathOf(hostFile);
  }

  /** @param from directory on this host with the component's configuration, if any; its files are copied to `to`. */
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
    const given = [...(this.#given.get(component) ?? [])].map((file) => copied(file, containerPathOf(file)));
    return await Promise.all([...own, ...given]);
  }
}

/** Copied files belong to root, so they must be readable by every user. */
const copied = async (hostFile: string, target: string, mode = 0o644): Promise<CopiedFile> => ({
  content: await readFile(hostFile),
  target,
  mode,
});

/** The user's files for an image. Programs stay executable. */
export const mounted = async (files: readonly MountedFile[]): Promise<CopiedFile[]> =>
  await Promise.all(
    files.map(async ({ from, to }) => await copied(from, to, ((await stat(from)).mode & 0o111) | 0o644)),
  );
