import { fileURLToPath } from 'node:url';
import { FiredrillError } from '../../core/errors.ts';
import type { StackSpec } from '../component.ts';
import { dockerClient } from './daemon.ts';
import { daemonImages } from './daemon-images.ts';
import { holder, holderName } from './holder.ts';
import type { ImageChoice } from './image-choice.ts';
import type { Progress } from './image-signs.ts';
import type { FoundImage, ImageStore } from './image-store.ts';
import { appImage } from './local/app.ts';
import type { ImageTools } from './local/binary.ts';
import { ensureLocal } from './local/local-image.ts';
import { type ContainerComponent, type LocalMaking, localImages } from './local/local-images.ts';
import { ensureOfficial } from './official.ts';
import { ensureUserImages, imageKeyOf, userImageOf } from './user-images.ts';

/** The image of a component. */
export interface ResolvedImage {
  readonly reference: string;
  /** Digest in the registry if it was pulled; id for a locally made one. */
  readonly digest: string;
  /** `user`: the image of a service of the user's system, or one that the user chose for the monitoring. */
  readonly source: 'official' | 'local' | 'user';
  /** The official base image of a locally made one: reference and digest. */
  readonly from?: string;
}

export interface ResolveOptions {
  readonly signal: AbortSignal;
  /** The toolchain's binaries, or a function that builds them; used only for local images. */
  readonly toolchain: ImageTools | (() => Promise<ImageTools>);
  readonly progress: Progress;
  /** Root of firedrill's cache, see `cacheDirOf`. */
  readonly cacheDir: string;
  /** Called with the reason why `auto` uses local images. */
  readonly note?: (message: string) => void;
  /** The daemon's images; default: those of the daemon that Testcontainers finds. */
  readonly store?: ImageStore;
}

const project = fileURLToPath(new URL('../..', import.meta.url));

/** Longest time without progress before `auto` uses local images, and before `official` fails; milliseconds. */
const silenceMs = { auto: 10_000, official: 60_000 };

/**
 * Provides an image in the daemon for each component of a stack, and for the holder of its pods. The images of a user's
 * services come first, because nothing can replace them.
 *
 * @returns the images by `imageKeyOf` the component; `holder` is the holder's.
 * @throws FiredrillError `broken` if there is no daemon, or an image can be neither pulled nor made.
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
  const users = await ensureUserImages(stack.components, { ...making, silenceMs: silenceMs.official });
  const components = stack.components.filter((one) => userImageOf(one) === undefined).map(withImage);
  const found = await resolveByChoice(
    choice,
    {
      official: (silence) => resolveOfficial(components, { ...making, silenceMs: silence }),
      local: () => resolveLocal(components, making),
    },
    { signal, note },
  );
  for (const component of stack.components) {
    const reference = userImageOf(component);
    if (reference === undefined) continue;
    found.set(imageKeyOf(component), { reference, digest: digestIn(users.get(reference)), source: 'user' });
  }
  return found;
}

/** The two sources of images; each one provides all images or none. */
interface ImageSources<T> {
  readonly official: (silenceMs: number) => Promise<T>;
  readonly local: () => Promise<T>;
}

/** Uses the chosen source; `auto` falls back to local images if the official ones are not available. */
export async function resolveByChoice<T>(
  choice: ImageChoice,
  { official, local }: ImageSources<T>,
  { signal, note }: { signal: AbortSignal; note: (message: string) => void },
): Promise<T> {
  if (choice === 'local') return await local();
  try {
    return await official(silenceMs[choice]);
  } catch (error) {
    if (choice === 'official' || signal.aborted || !(error instanceof FiredrillError)) throw error;
    const [why] = error.problems;
    note(`local images, because not every official one is available: ${why?.where}: ${why?.message}`);
    return await local();
  }
}

function withImage(component: StackSpec['components'][number]): ContainerComponent {
  const { name, image } = component;
  if (!image) throw new Error(`${name} has no image`);
  return { ...component, image };
}

async function resolveLocal(components: readonly ContainerComponent[], making: LocalMaking) {
  const make = await localImages(making);
  const found = new Map<string, ResolvedImage>();
  const keep = async (name: string, reference: string) =>
    found.set(name, { reference, digest: await idOf(reference, making), source: 'local' });
  await keep(holderName, await make.holder());
  for (const component of components) await keep(component.name, await make.component(component));
  return found;
}

async function resolveOfficial(
  components: readonly ContainerComponent[],
  options: LocalMaking & { silenceMs: number },
) {
  const references = [holder, ...components.map(({ image }) => image)].map(({ reference }) => reference);
  const images = await ensureOfficial(references, options);
  const digestOf = (reference: string): string => digestIn(images.get(reference));
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

const digestIn = ({ id, digests }: FoundImage = { id: '', digests: [] }): string =>
  digests[0]?.split('@')[1] ?? id;

const idOf = async (reference: string, { store, signal }: LocalMaking): Promise<string> =>
  (await store.find(reference, signal))?.id ?? '';
