import type { ResourceLimits } from '../../component.ts';

/** How a container ended. */
export interface Ending {
  readonly code: number;
  /**
   * Whether the daemon heard that the kernel ended something in it because it held too much memory. On a busy machine the
   * daemon misses about one in twenty: where a container is gone before its notice is read, none is given.
   */
  readonly outOfMemory: boolean;
}

/** Of a process that KILL ended: 128 and the signal's number. */
const killed = 137;

/** In words, e.g. `exit code 137, OOM-killed (limit 128 MiB)`. To be asked of a container that nobody of us killed. */
export function howItEnded({ code, outOfMemory }: Ending, limits?: ResourceLimits): string {
  const limit = limits ? ` (limit ${limits.memoryMiB} MiB)` : '';
  if (outOfMemory) return `exit code ${code}, OOM-killed${limit}`;
  if (code === killed && limits) return `exit code ${code}, killed, most likely OOM-killed${limit}`;
  return `exit code ${code}`;
}
