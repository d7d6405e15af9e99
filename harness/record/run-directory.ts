import { randomBytes } from 'node:crypto';
import { mkdir, readlink, rename, rm, statfs, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput, broken, FiredrillError, messageOf } from '../../core/errors.ts';
import { fileFault } from '../../core/file-errors.ts';
import { makeFolder } from '../../core/make-folder.ts';

/** Disk space for the logs, samples and reports of one drill at real pace. */
const neededBytes = 200 * 1024 * 1024;

export interface RunDirectory {
  readonly id: string;
  readonly path: string;
  readonly logs: string;
}

/**
 * Creates `<runs>/<id>/` and points the symbolic link `<runs>/latest` to it.
 *
 * @throws FiredrillError `broken` when the disk is full, `bad-input` when `runs` cannot be written.
 */
export async function makeRunDirectory(runs: string, scenario: string): Promise<RunDirectory> {
  const stamp = new Date().toISOString().replace(/[-:]/g, '').replace(/\..*/, '');
  const id = `${stamp}-${scenario}-${randomBytes(2).toString('hex')}`;
  const path = join(runs, id);
  const logs = join(path, 'logs');
  try {
    await makeFolder(runs);
    await requireFreeSpace(runs);
    await mkdir(path);
    // Only the owner may read them: while the drill runs, its configuration and logs contain secrets.
    for (const own of [logs, join(path, 'config')]) await mkdir(own, { mode: 0o700 });
    await pointLatest(runs, id);
  } catch (error) {
    if (error instanceof FiredrillError) throw error;
    throw badInput({
      where: runs,
      message: `runs cannot be kept there: ${whyNot(error)}`,
      hint: 'name another place with --runs DIR',
    });
  }
  return { id, path, logs };
}

/** Names the path of the operating system's error, which may be a parent of the runs directory or inside of it. */
function whyNot(error: unknown): string {
  const fault = fileFault(error);
  const path = error instanceof Error && 'path' in error ? String(error.path) : 'it';
  return fault === undefined ? messageOf(error) : `${path} ${fault}`;
}

async function requireFreeSpace(runs: string): Promise<void> {
  const { bavail, bsize } = await statfs(runs);
  if (bavail * bsize >= neededBytes) return;
  throw broken(
    runs,
    `only ${Math.floor((bavail * bsize) / 2 ** 20)} MiB free on its disk; a drill needs ${neededBytes / 2 ** 20} MiB for logs and reports`,
    'free some space, or name another place with --runs DIR',
  );
}

/** Replaces the link by renaming a new one over it, so that it exists at all times. */
async function pointLatest(runs: string, id: string): Promise<void> {
  const latest = join(runs, 'latest');
  const isLink = await readlink(latest).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
  );
  if (!isLink) return; // A file of the user with this name is left alone.
  const next = `${latest}.${id}`;
  await symlink(id, next);
  await rename(next, latest).catch(async (error: unknown) => {
    await rm(next, { force: true });
    throw error;
  });
}
