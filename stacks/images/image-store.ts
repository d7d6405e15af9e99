import type { Readable } from 'node:stream';
import type { Progress } from './image-signs.ts';

/** An image in a daemon. */
export interface FoundImage {
  /** `sha256:…`, of its configuration. */
  readonly id: string;
  /** `repository@sha256:…` for each registry it was pulled from; empty for a locally made image. */
  readonly digests: readonly string[];
}

/** Options of a long operation on an image. */
export interface Work {
  readonly signal: AbortSignal;
  /** Called with each step of the daemon, e.g. `Step 2/5 : COPY …`. */
  readonly onStep: (step: string) => void;
}

/** Operations on a daemon's images. Each rejects with an Error that has the daemon's message. */
export interface ImageStore {
  /** The daemon's processor architecture, in Debian's names: `amd64`, `arm64`. */
  readonly architecture: string;
  /** `undefined` if the daemon does not have it. */
  find(reference: string, signal: AbortSignal): Promise<FoundImage | undefined>;
  /** Pulls from the registry in the reference. */
  pull(reference: string, work: Work): Promise<void>;
  /** Makes an image from a root file system, as a tar. */
  load(reference: string, root: Readable, work: Work): Promise<void>;
  /** Makes an image from a build context with a Dockerfile, as a tar. */
  build(reference: string, context: Readable, work: Work): Promise<void>;
}

/** Label of locally made images. */
export const localLabel = { name: 'firedrill.image', value: 'local' } as const;

/** Options of making an image. */
export interface ImageMaking {
  readonly store: ImageStore;
  /** Root of firedrill's cache, see `cacheDirOf`. */
  readonly cacheDir: string;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}
