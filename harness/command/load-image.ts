import { FiredrillError } from '../../core/errors.ts';
import type { ImageStore } from '../../stacks/images/image-store.ts';
import { requireGo } from '../../stacks/toolchain/preflight.ts';
import { recipes } from '../../stacks/toolchain/recipes.ts';
import { type ToolchainOptions, toolsAtHand } from '../../stacks/toolchain/toolchain.ts';

/** The image from which k6 runs. */
export interface LoadImage {
  readonly reference: string;
  readonly version: string;
  /** Why it runs from there. */
  readonly note: string;
}

const { k6 } = recipes;

/** The official image of the version that is built otherwise. */
export const k6Image = `grafana/k6:${k6.version}`;

/** Longest time without progress of the pull, in milliseconds. */
const silenceMs = 60_000;

/**
 * The image of k6, where k6 is neither built nor can be.
 *
 * @param store the daemon's images; default: those of the daemon that Testcontainers finds.
 * @returns `undefined` if there is a k6 on this machine, or Go to build it.
 * @throws FiredrillError `broken` if the image can be had neither; `bad-input` for a k6 of the user that cannot be used.
 */
export async function loadImage(tools: ToolchainOptions, store?: ImageStore): Promise<LoadImage | undefined> {
  const { cacheDir, env, signal } = tools;
  if ((await toolsAtHand(['k6'], tools)).has('k6')) return undefined;
  const lacking = await requireGo(k6, cacheDir, env, signal).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (lacking === undefined) return undefined;
  if (!(lacking instanceof FiredrillError)) throw lacking;
  const [why] = lacking.problems;
  try {
    const [{ ensureOfficial }, images] = await Promise.all([
      import('../../stacks/images/official.ts'),
      store ?? daemonStore(signal),
    ]);
    await ensureOfficial([k6Image], { store: images, signal, silenceMs, progress() {} });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof FiredrillError)) throw error;
    throw new FiredrillError('broken', [...lacking.problems, ...error.problems]);
  }
  return {
    reference: k6Image,
    version: k6.version,
    note: `k6 runs from ${k6Image}: ${why?.message ?? 'it cannot be built here'}`,
  };
}

async function daemonStore(signal: AbortSignal): Promise<ImageStore> {
  const [{ dockerClient }, { daemonImages }] = await Promise.all([
    import('../../stacks/images/daemon.ts'),
    import('../../stacks/images/daemon-images.ts'),
  ]);
  return daemonImages(await dockerClient(signal));
}
