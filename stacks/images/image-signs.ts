import type { ToolProgress } from '../toolchain/progress.ts';

/** Interval of progress reports, in milliseconds. */
const everyMs = 1_000;

export type Progress = (sign: ToolProgress) => void;

/** Progress reports of making one image, in the same format as the toolchain's, so that one renderer shows both. */
export interface ImageSigns {
  readonly tell: (state: ToolProgress['state'], step: string, message?: string) => void;
  /** Reports a step about every second while it lasts, with the latest output of the work. */
  readonly during: <T>(step: string, work: (onStep: (words: string) => void) => Promise<T>) => Promise<T>;
}

/** @param reference `firedrill/loki:0123456789ab`, `grafana/loki:3.7.8`. */
export function imageSigns(reference: string, progress: Progress): ImageSigns {
  const started = performance.now();
  const [name = reference, version = ''] = splitReference(reference);
  const tell: ImageSigns['tell'] = (state, step, message = '') =>
    progress({
      ...{ tool: `image ${name}`, version, state, step, message },
      elapsedMs: performance.now() - started,
    });
  return {
    tell,
    async during(step, work) {
      let last = '';
      tell('building', step);
      const timer = setInterval(() => tell('building', step, last), everyMs);
      try {
        return await work((words) => {
          last = words;
        });
      } finally {
        clearInterval(timer);
      }
    },
  };
}

/** The repository and the tag of a reference; the port of a registry is not a tag. */
export function splitReference(reference: string): [repository: string, tag: string] {
  const colon = reference.lastIndexOf(':');
  return colon > reference.lastIndexOf('/')
    ? [reference.slice(0, colon), reference.slice(colon + 1)]
    : [reference, 'latest'];
}
