import { randomBytes } from 'node:crypto';
import { mkdir, readlink, rename, rm, statfs, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput, broken, FiredrillError, messageOf } from '../../core/errors.ts';
import { makeFolder } from '../../core/make-folder.ts';

/** Room for logs, samples and reports of one drill at real pace. */
const neededBytes = 200 * 1024 * 1024;

export interface RunDirectory {
  readonly id: string;
  readonly path: string;
  readonly logs: string;
}

/**
 * Makes `<runs>/<id>/` and points `<runs>/latest` to it.
 *
 * @throws FiredrillError `broken` when the disk is full, `bad-input` when the place cannot be written.
 */
export async function makeRunDirectory(runs: string, scenario: string): Promise<RunDirectory> {
  const stamp = new Date().toISOString().replace(/[-:]/g, '').replace(/\..*/, '');
  const id = `${stamp}-${scenario}-${randomBytes(2).toString('hex')}`;
  const path = join(runs, id);
  const logs = join(path, 'logs');
  try {
    await makeFolder(runs);
    await requireRoom(runs);
    await mkdir(path);
    // Components repeat secrets in their logs while the drill goes on, as its configuration holds them.
    for (const own of [logs, join(path, 'config')]) await mkdir(own, { mode: 0o700 });
    await pointLatest(runs, id);
  } catch (error) {
    if (error instanceof FiredrillError) throw error;
    throw badInput({
      where: runs,
      message: `runs cannot be kept there: ${messageOf(error)}`,
      hint: 'name another place with --runs DIR',
    });
  }
  return { id, path, logs };
}

async function requireRoom(runs: string): Promise<void> {
  const { bavail, bsize } = await statfs(runs);
  if (bavail * bsize >= neededBytes) return;
  throw broken(
    runs,
    `only ${Math.floor((bavail * bsize) / 2 ** 20)} MiB free on its disk; a drill needs ${neededBytes / 2 ** 20} MiB for logs and reports`,
    'free some space, or name another place with --runs DIR',
  );
}

/** A symbolic link is replaced by renaming over it, so that it never points nowhere. */
async function pointLatest(runs: string, id: string): Promise<void> {
  const latest = join(runs, 'latest');
  const isLink = await readlink(latest).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
  );
  if (!isLink) return; // A person's own file of that name stays.
  const next = `${latest}.${id}`;
  await symlink(id, next);
  await rename(next, latest).catch(async (error: unknown) => {
    await rm(next, { force: true });
    throw error;
  });
}
