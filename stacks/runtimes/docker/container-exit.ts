import type { ResourceLimits } from '../../component.ts';

/** How a container exited. */
export interface ContainerExit {
  readonly code: number;
  /**
   * Whether the daemon was notified of an out-of-memory kill in the container. On a busy machine it misses about one in
   * twenty: none if the container is gone before the notice is read.
   */
  readonly outOfMemory: boolean;
}

/** Exit code after SIGKILL: 128 plus the signal's number. */
const killed = 137;

/** Text such as `exit code 137, OOM-killed (limit 128 MiB)`, for a container that the run did not kill itself. */
export function exitText({ code, outOfMemory }: ContainerExit, limits?: ResourceLimits): string {
  const { memoryMiB } = limits ?? {};
  const limit = memoryMiB === undefined ? '' : ` (limit ${memoryMiB} MiB)`;
  if (outOfMemory) return `exit code ${code}, OOM-killed${limit}`;
  if (code === killed && memoryMiB !== undefined)
    return `exit code ${code}, killed, most likely OOM-killed${limit}`;
  return `exit code ${code}`;
}
