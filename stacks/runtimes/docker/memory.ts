import type { DockerApi } from './docker-api.ts';

/** What the statistics of a container say of its memory; https://docs.docker.com/reference/api/engine/, GET /containers/{id}/stats. */
interface MemoryStats {
  readonly usage?: number;
  readonly stats?: Readonly<Record<string, number>>;
}

/**
 * The working set in bytes: what it uses less the pages of files that the kernel could drop at once, as `docker stats`
 * and Kubernetes count it. They have another name under version 1 of control groups.
 *
 * @returns 0 for one that does not run.
 */
export const workingSet = ({ usage = 0, stats = {} }: MemoryStats): number =>
  Math.max(0, usage - (stats.total_inactive_file ?? stats.inactive_file ?? 0));

export async function memoryOf(api: DockerApi, container: string): Promise<number> {
  // Rates would take a second look.
  const { memory_stats } = (await api.get(`/containers/${container}/stats?stream=0&one-shot=1`)) as {
    memory_stats?: MemoryStats;
  };
  return workingSet(memory_stats ?? {});
}
