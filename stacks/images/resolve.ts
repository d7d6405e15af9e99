import { fileURLToPath } from 'node:url';
import { FiredrillError } from '../../core/errors.ts';
import type { StackSpec } from '../component.ts';
import type { ImageChoice } from './choice.ts';
import { dockerClient } from './daemon.ts';
import { daemonImages } from './daemon-images.ts';
import { holder, holderName } from './holder.ts';
import type { Progress } from './image-signs.ts';
import type { ImageStore } from './image-store.ts';
import { appImage } from './local/app.ts';
import type { ImageTools } from './local/binary.ts';
import { ensureLocal } from './local/local-image.ts';
import { type Contained, type LocalMaking, localImages } from './local/local-images.ts';
import { ensureOfficial } from './official.ts';

/** What a component runs from. */
export interface ResolvedImage {
  readonly reference: string;
  /** An official image's digest in its registry; of one that was made here, its id. */
  readonly digest: string;
  readonly source: 'official' | 'local';
  /** What an image that was made here stands on, where that is an official one: reference and digest. */
  readonly from?: string;
}

export interface ResolveOptions {
  readonly signal: AbortSignal;
  /** The toolchain's binaries, or what builds them: it is asked only where local images are made. */
  readonly toolchain: ImageTools | (() => Promise<ImageTools>);
  readonly progress: Progress;
  /** Root of firedrill's cache, see `cacheDirOf`. */
  readonly cacheDir: string;
  /** Told why `auto` came to local images. */
  readonly note?: (message: string) => void;
  /** The images of a daemon; by default those of the one that Testcontainers finds. */
  readonly store?: ImageStore;
}

const project = fileURLToPath(new URL('../..', import.meta.url));

/** How long a registry may be silent before `auto` takes local images, and before `official` gives up; milliseconds. */
const silenceMs = { auto: 10_000, official: 60_000 };

/**
 * Makes sure that the daemon has an image for each component of a stack, and for the holder of its pods.
 *
 * @returns them by component; `holder` is the holder's.
 * @throws FiredrillError `broken` when there is no daemon, or an image can neither be had nor made.
 */
export async function resolveImages(
  stack: StackSpec,
  choice: ImageChoice,
  options: ResolveOptions,
): Promise<ReadonlyMap<string, ResolvedImage>> {
  const { signal, toolchain, note = () => {} } = options;
  const store = options.store ?? daemonImages(await dockerClient(signal));
  const tools = async () => (typeof toolchain === 'function' ? await toolchain() : toolchain);
  const making = { ...options, store, tools, project };
  const components = stack.components.map(contained);
  return await chosen(
    choice,
    {
      official: (silence) => resolveOfficial(components, { ...making, silenceMs: silence }),
      local: () => resolveLocal(components, making),
    },
    { signal, note },
  );
}

/** The two ways to images, either for all or for none. */
interface Ways<T> {
  readonly official: (silenceMs: number) => Promise<T>;
  readonly local: () => Promise<T>;
}

/** Goes the way that was asked for; `auto`: the second where the first leads nowhere. */
export async function chosen<T>(
  choice: ImageChoice,
  { official, local }: Ways<T>,
  { signal, note }: { signal: AbortSignal; note: (message: string) => void },
): Promise<T> {
  if (choice === 'local') return await local();
  try {
    return await official(silenceMs[choice]);
  } catch (error) {
    if (choice === 'official' || signal.aborted || !(error instanceof FiredrillError)) throw error;
    const [why] = error.problems;
    note(`local images, because not every official one can be had: ${why?.where}: ${why?.message}`);
    return await local();
  }
}

function contained(component: StackSpec['components'][number]): Contained {
  const { name, image } = component;
  if (!image) throw new Error(`${name} has no image`);
  return { ...component, image };
}

async function resolveLocal(components: readonly Contained[], making: LocalMaking) {
  const make = await localImages(making);
  const found = new Map<string, ResolvedImage>();
  const keep = async (name: string, reference: string) =>
    found.set(name, { reference, digest: await idOf(reference, making), source: 'local' });
  await keep(holderName, await make.holder());
  for (const component of components) await keep(component.name, await make.component(component));
  return found;
}

async function resolveOfficial(
  components: readonly Contained[],
  options: LocalMaking & { silenceMs: number },
) {
  const references = [holder, ...components.map(({ image }) => image)].map(({ reference }) => reference);
  const images = await ensureOfficial(references, options);
  const digestOf = (reference: string): string => {
    const { id = '', digests = [] } = images.get(reference) ?? {};
    return digests[0]?.split('@')[1] ?? id;
  };
  const found = new Map<string, ResolvedImage>();
  const keep = (name: string, reference: string) =>
    found.set(name, { reference, digest: digestOf(reference), source: 'official' });
  keep(holderName, holder.reference);
  for (const { name, program, image } of components) {
    if (program.kind !== 'node') {
      keep(name, image.reference);
      continue;
    }
    const from = image.reference;
    const reference = await ensureLocal(await appImage(image, { from, project: options.project }), options);
    const digest = await idOf(reference, options);
    found.set(name, { reference, digest, source: 'official', from: `${from}@${digestOf(from)}` });
  }
  return found;
}

const idOf = async (reference: string, { store, signal }: LocalMaking): Promise<string> =>
  (await store.find(reference, signal))?.id ?? '';
