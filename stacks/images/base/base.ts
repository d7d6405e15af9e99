import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { broken, messageOf } from '../../../core/errors.ts';
import { Scope } from '../../../core/scope.ts';
import { filesIn } from '../../toolchain/cache-key.ts';
import { lockWhenFree } from '../../toolchain/locks.ts';
import { fileDigest } from '../file-digest.ts';
import { type ImageSigns, imageSigns } from '../image-signs.ts';
import type { ImageMaking } from '../image-store.ts';
import { run } from '../run.ts';
import { lockOf, workFolder } from '../work-folder.ts';
import { fetchPackages } from './debs.ts';
import { makeRoot } from './root.ts';

const where = 'images: base';

/**
 * Makes sure that the daemon has the image that all local images stand on: a Debian with a C library and a shell. It is
 * kept in the cache, under a name that changes with these files, and named by its content.
 *
 * @returns its reference, `firedrill/base:<12 hex digits>`.
 * @throws FiredrillError `broken` when the packages cannot be had or the daemon does not take it.
 */
export async function ensureBase(making: ImageMaking): Promise<string> {
  const { store, cacheDir, signal } = making;
  const kept = join(cacheDir, 'images', `base-${await baseKey()}`);
  const known = await referenceIn(kept);
  if (known !== undefined && (await store.find(known, signal))) return known;

  const signs = imageSigns('firedrill/base:new', making.progress);
  await using scope = new Scope();
  const lock = await lockWhenFree(lockOf('base', cacheDir), {
    ...{ where, signal },
    onWait: (holder) => signs.tell('waiting', 'waiting for another firedrill that makes it', holder),
  });
  scope.defer('lock', lock.release);
  const both = AbortSignal.any([signal, lock.lost]);
  const reference = (await referenceIn(kept)) ?? (await makeBase(kept, cacheDir, signs, both));
  if (!(await store.find(reference, both))) {
    await signs.during('load into the daemon', (onStep) =>
      store.load(reference, createReadStream(join(kept, 'root.tar')), { signal: both, onStep }),
    );
  }
  signs.tell('ready', `made as ${reference}`);
  return reference;
}

/** Changes with what decides the base's making; the packages' versions are those of the day. */
async function baseKey(): Promise<string> {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  const folder = import.meta.dirname;
  for (const file of await filesIn(folder))
    hash.update(`\n${basename(file)}\n${await readFile(file, 'utf8')}`);
  return hash.digest('hex').slice(0, 12);
}

const referenceIn = (kept: string): Promise<string | undefined> =>
  readFile(join(kept, 'reference'), 'utf8').catch(() => undefined);

/** @returns the reference under which a daemon is to know it. */
async function makeBase(
  kept: string,
  cacheDir: string,
  signs: ImageSigns,
  signal: AbortSignal,
): Promise<string> {
  await using scope = new Scope();
  const work = await workFolder('base', cacheDir, scope);
  const debs = await signs.during('fetch packages', () => fetchPackages(work, signal));
  const root = join(work, 'root');
  await signs.during('unpack', () =>
    makeRoot(root, debs, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      throw broken(where, `the packages cannot be unpacked: ${messageOf(error)}`, undefined, error);
    }),
  );
  const done = join(work, 'done');
  await mkdir(done);
  const tar = join(done, 'root.tar');
  const same = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
  await run('tar', [...same, '-cf', tar, '-C', root, '.'], { cwd: work, signal });
  await writeFile(join(done, 'packages'), debs.map((path) => `${basename(path)}\n`).join(''));
  const reference = `firedrill/base:${(await fileDigest(tar)).slice(0, 12)}`;
  await writeFile(join(done, 'reference'), reference);
  await rm(kept, { recursive: true, force: true });
  await rename(done, kept);
  return reference;
}
