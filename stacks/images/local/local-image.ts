import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { broken, messageOf } from '../../../core/errors.ts';
import { Scope } from '../../../core/scope.ts';
import { lockWhenFree } from '../../toolchain/locks.ts';
import { type ImageSigns, imageSigns } from '../image-signs.ts';
import type { ImageMaking } from '../image-store.ts';
import { run } from '../run.ts';
import { lockOf, workFolder } from '../work-folder.ts';

/** Files or folders of this host for a build context, with their names. */
export interface ContextPart {
  readonly folder: string;
  readonly names: readonly string[];
}

/** An image to make locally. */
export interface LocalImage {
  /** Name; the repository is `firedrill/<name>`. */
  readonly name: string;
  readonly dockerfile: readonly string[];
  readonly parts: readonly ContextPart[];
  /** Small executable files of the context, by name. The context also has an empty folder `empty`. */
  readonly texts: Readonly<Record<string, string>>;
  /** Identifies the content of the parts. */
  readonly content: string;
  /** Patterns of files to leave out, in tar's syntax. */
  readonly exclude?: readonly string[];
}

/** The reference contains a hash of the content, so that changed content has another tag. */
export function referenceOf({ name, dockerfile, texts, content, exclude = [] }: LocalImage): string {
  const whole = JSON.stringify([dockerfile, texts, content, exclude]);
  return `firedrill/${name}:${createHash('sha256').update(whole).digest('hex').slice(0, 12)}`;
}

/**
 * Makes an image if the daemon does not have it, or waits for the process that makes it.
 *
 * @returns its reference.
 * @throws FiredrillError `broken` with the last output of the build.
 */
export async function ensureLocal(image: LocalImage, making: ImageMaking): Promise<string> {
  const { store, cacheDir, signal, progress } = making;
  const reference = referenceOf(image);
  if (await store.find(reference, signal)) return reference;
  const signs = imageSigns(reference, progress);
  const where = `images: ${reference}`;
  const name = reference.replaceAll(/\W/g, '-');
  await using scope = new Scope();
  const lock = await lockWhenFree(lockOf(name, cacheDir), {
    ...{ where, signal },
    onWait: (holder) => signs.tell('waiting', 'waiting for another firedrill that makes it', holder),
  });
  scope.defer('lock', lock.release);
  const both = AbortSignal.any([signal, lock.lost]);
  if (await store.find(reference, both)) {
    signs.tell('ready', 'built by another firedrill');
    return reference;
  }
  const folder = await workFolder(name, cacheDir, scope);
  await build(image, folder, signs, { ...making, signal: both });
  signs.tell('ready', 'built');
  return reference;
}

async function build(image: LocalImage, folder: string, signs: ImageSigns, making: ImageMaking) {
  const { store, signal } = making;
  const reference = referenceOf(image);
  const output: string[] = [];
  try {
    const context = await signs.during('pack', () => pack(image, folder, signal));
    await signs.during('build', (onStep) =>
      store.build(reference, createReadStream(context), {
        signal,
        onStep(words) {
          output.push(`\n    | ${words}`);
          onStep(words);
        },
      }),
    );
  } catch (error) {
    signal.throwIfAborted();
    const message = `it cannot be built: ${messageOf(error)}${output.slice(-10).join('')}`;
    throw broken(`images: ${reference}`, message, undefined, error);
  }
}

/** Packs the context as a tar before the build starts, since a truncated context would give a wrong image. */
async function pack(image: LocalImage, folder: string, signal: AbortSignal): Promise<string> {
  const { parts, exclude = [] } = image;
  const [tar, made] = [join(folder, 'context.tar'), join(folder, 'context')];
  await mkdir(join(made, 'empty'), { recursive: true });
  const texts = { ...image.texts, Dockerfile: `${image.dockerfile.join('\n')}\n` };
  for (const [name, text] of Object.entries(texts)) await writeFile(join(made, name), text, { mode: 0o755 });
  const args = [
    ...exclude.map((pattern) => `--exclude=${pattern}`),
    ...['-cf', tar, '-C', made, '.'],
    ...parts.flatMap((part) => ['-C', part.folder, ...part.names]),
  ];
  // Otherwise tar on macOS adds metadata files.
  await run('tar', args, { cwd: folder, signal, env: { COPYFILE_DISABLE: '1' } });
  return tar;
}
