import type { Readable } from 'node:stream';
import type { Progress } from './image-signs.ts';

/** An image that a daemon has. */
export interface FoundImage {
  /** `sha256:…`, of its configuration. */
  readonly id: string;
  /** `repository@sha256:…` for each registry that it came from; none for one that was made here. */
  readonly digests: readonly string[];
}

/** Work on an image, as long as it takes. */
export interface Work {
  readonly signal: AbortSignal;
  /** Told what the daemon is doing, e.g. `Step 2/5 : COPY …`. */
  readonly onStep: (step: string) => void;
}

/** What is asked of a daemon's images. Each rejects with an Error that has the daemon's own words. */
export interface ImageStore {
  /** The daemon's processor, as Debian names it: `amd64`, `arm64`. */
  readonly architecture: string;
  /** `undefined` where the daemon does not have it. */
  find(reference: string, signal: AbortSignal): Promise<FoundImage | undefined>;
  /** Fetches from the registry that the reference names. */
  pull(reference: string, work: Work): Promise<void>;
  /** Makes an image of a whole root file system, as a tar. */
  load(reference: string, root: Readable, work: Work): Promise<void>;
  /** Makes an image of a context with a Dockerfile, as a tar. */
  build(reference: string, context: Readable, work: Work): Promise<void>;
}

/** Of every image that is made here, and of no other. */
export const localLabel = { name: 'firedrill.image', value: 'local' } as const;

/** What it takes to make an image. */
export interface ImageMaking {
  readonly store: ImageStore;
  /** Root of firedrill's cache, see `cacheDirOf`. */
  readonly cacheDir: string;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}
