import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { broken, messageOf } from '../../../core/errors.ts';
import { run } from '../run.ts';
import { packages } from './packages.ts';

const where = 'images: base';
const hint =
  'make it once on Debian or Ubuntu (npm run setup -- docker), or use the official images (--images official)';

/**
 * Fetches the base's packages with apt, as whoever runs us: with the machine's package lists, and where those are
 * missing or too old with lists of our own, so that nothing of the machine is changed.
 *
 * @param folder an empty one, which gets the .deb files and whatever apt needs.
 * @returns the .deb files' paths.
 * @throws FiredrillError `broken` when apt or dpkg is missing, or when a package cannot be had.
 */
export async function fetchPackages(folder: string, signal: AbortSignal): Promise<string[]> {
  const debs = join(folder, 'debs');
  await mkdir(debs);
  await requireTools(signal);
  const download = (own: readonly string[]) =>
    run('apt-get', [...own, 'download', ...packages], { cwd: debs, signal });
  try {
    await download([]);
    return await debsIn(debs);
  } catch {
    signal.throwIfAborted();
  }
  try {
    const own = await ownState(folder);
    await run('apt-get', [...own, 'update'], { cwd: debs, signal });
    await download(own);
  } catch (error) {
    signal.throwIfAborted();
    throw broken(where, `apt-get cannot fetch ${packages.join(', ')}:\n${messageOf(error)}`, hint, error);
  }
  return await debsIn(debs);
}

async function requireTools(signal: AbortSignal): Promise<void> {
  for (const tool of ['apt-get', 'dpkg-deb', 'tar']) {
    const { code } = await execa(tool, ['--version'], { reject: false, cancelSignal: signal });
    if (code === 'ENOENT') {
      throw broken(
        where,
        `local images are made of Debian's packages with apt-get, dpkg-deb and tar, but there is no ${tool} on PATH`,
        hint,
      );
    }
  }
}

/** Settings with which apt keeps its lists in a folder of ours; its sources and keys stay the machine's. */
async function ownState(folder: string): Promise<string[]> {
  const [lists, cache] = [join(folder, 'lists'), join(folder, 'cache')];
  for (const each of [lists, cache]) await mkdir(join(each, 'partial'), { recursive: true });
  return ['-o', `Dir::State::Lists=${lists}/`, '-o', `Dir::Cache=${cache}/`];
}

const debsIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder))
    .filter((name) => name.endsWith('.deb'))
    .sort()
    .map((name) => join(folder, name));
