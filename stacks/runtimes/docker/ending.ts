import type { ResourceLimits } from '../../component.ts';

/** How a container ended. */
export interface Ending {
  readonly code: number;
  /** Whether the kernel ended something in it because it held too much memory. */
  readonly outOfMemory: boolean;
}

/** In words, e.g. `exit code 137, OOM-killed (limit 128 MiB)`. */
export function howItEnded({ code, outOfMemory }: Ending, limits?: ResourceLimits): string {
  if (!outOfMemory) return `exit code ${code}`;
  return `exit code ${code}, OOM-killed${limits ? ` (limit ${limits.memoryMiB} MiB)` : ''}`;
}
