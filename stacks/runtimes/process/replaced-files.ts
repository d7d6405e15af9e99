import { randomBytes } from 'node:crypto';
import {
  chmod,
  chown,
  copyFile,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { broken, messageOf } from '../../../core/errors.ts';
import { type Owner, ownerText, parseOwner } from './owner.ts';

/*
 * Files of the user that a run has replaced. The original is kept in the user's folder, by a second name of the same file
 * (a hard link): its bytes are never written, and what is put back is the file itself, with its mode, owner and times.
 * Beside it stands whose run it is, so that the watcher of a killed run, or the next run, finds it and puts it back.
 */

/** In the folder of the system's file. */
const keptIn = '.firedrill/replaced';

/** Names of the two files that are kept for a replaced one. */
const original = 'original';
const about = 'about.json';

interface About {
  /** Path of the file from the folder of the system's file. */
  readonly file: string;
  /** The owner's text. */
  readonly owner: string;
}

const pathFrom = (folder: string, file: string): string => relative(folder, resolve(folder, file));

const keptAs = (folder: string, file: string): string =>
  join(folder, keptIn, encodeURIComponent(pathFrom(folder, file)));

/** The command that puts the original of a replaced file back. */
export const commandToRestore = (folder: string, file: string): readonly string[] => [
  ...['mv', '-T', join(keptAs(folder, file), original)],
  resolve(folder, file),
];

/**
 * Puts a copy of `by` in the place of `file`, with the mode of `file`. A program that opens the file
 * reads one of the two files completely, never a part.
 *
 * @param folder the folder of the system's file, from which both paths are, and in which `file` must be.
 * @throws FiredrillError `broken` if it cannot be done, or the file is replaced already.
 */
export async function replaceFile(folder: string, file: string, by: string, owner: Owner): Promise<void> {
  const where = `fault: ${file}`;
  const path = resolve(folder, file);
  const kept = keptAs(folder, file);
  const making = `${kept}.${randomBytes(4).toString('hex')}`;
  try {
    const [root, parent] = await Promise.all([realpath(folder), realpath(dirname(path))]);
    if (parent !== root && !parent.startsWith(`${root}/`))
      throw new Error(`it is in ${parent}, which is outside of ${root}`);
    const { mode, uid, gid } = await stat(path);
    await mkdir(making, { recursive: true });
    const text: About = { file: pathFrom(folder, file), owner: ownerText(owner) };
    await writeFile(join(making, about), JSON.stringify(text), { flush: true });
    await link(path, join(making, original));
    const copy = join(making, 'copy');
    await copyFile(resolve(folder, by), copy);
    await chown(copy, uid, gid);
    await chmod(copy, mode & 0o7777);
    // Fails if there is such a folder.
    await rename(making, kept);
  } catch (error) {
    await rm(making, { recursive: true, force: true });
    const isTaken = ['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '');
    const [message, hint] = isTaken
      ? ['another run has replaced it, and not put it back yet', `its original is ${join(kept, original)}`]
      : [messageOf(error), undefined];
    throw broken(where, message, hint, error);
  }
  await rename(join(kept, 'copy'), path);
}

/** Puts the original of a file back that this run has replaced. No effect if it has not. @throws Error if it cannot. */
export async function restoreFile(folder: string, file: string, owner: Owner): Promise<void> {
  const kept = keptAs(folder, file);
  if ((await aboutOf(kept))?.owner === ownerText(owner)) await putBack(folder, kept, file);
}

/**
 * Puts back what runs of the given owners have replaced. It never throws, so that other clean-up continues.
 *
 * @returns what was found, for a message.
 */
export async function restoreFiles(folder: string, isOurs: (owner: Owner) => boolean): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir(join(folder, keptIn)).catch((): string[] => [])) {
    const kept = join(folder, keptIn, name);
    const { file = '', owner: text = '' } = (await aboutOf(kept)) ?? {};
    const owner = parseOwner(text);
    if (!owner || !isOurs(owner)) continue;
    const path = resolve(folder, file);
    // Under another name it was being made, and the file not replaced.
    const undo = kept === keptAs(folder, file) ? putBack(folder, kept, file) : rm(kept, { recursive: true });
    await undo.then(
      () => found.push(`replaced file ${path}`),
      (error: unknown) => found.push(`replaced file ${path}, not put back: ${messageOf(error)}`),
    );
  }
  return found;
}

async function aboutOf(kept: string): Promise<About | undefined> {
  try {
    return JSON.parse(await readFile(join(kept, about), 'utf8')) as About;
  } catch {
    return undefined;
  }
}

async function putBack(folder: string, kept: string, file: string): Promise<void> {
  const from = join(kept, original);
  // Without it, it was put back, and what was kept about it not yet removed.
  if (await isThere(from)) await rename(from, resolve(folder, file));
  await rm(kept, { recursive: true, force: true });
  // Folders that are empty now.
  for (const empty of [dirname(kept), dirname(dirname(kept))]) await rmdir(empty).catch(() => {});
}

/** As `exists`, but also for a link that leads nowhere. */
const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
