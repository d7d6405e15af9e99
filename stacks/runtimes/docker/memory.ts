import type { DockerApi } from './docker-api.ts';

/** Memory statistics of a container; https://docs.docker.com/reference/api/engine/, GET /containers/{id}/stats. */
interface MemoryStats {
  readonly usage?: number;
  readonly stats?: Readonly<Record<string, number>>;
}

/**
 * The working set in bytes: memory usage minus inactive file pages, as `docker stats` and Kubernetes compute it. The
 * field has another name in cgroup v1.
 *
 * @returns 0 for a container that is not running.
 */
export const workingSet = ({ usage = 0, stats = {} }: MemoryStats): number =>
  Math.max(0, usage - (stats.total_inactive_file ?? stats.inactive_file ?? 0));

export async function containerMemory(api: DockerApi, container: string): Promise<number> {
  // One sample is enough: two are only needed for rates.
  const { memory_stats } = (await api.get(`/containers/${container}/stats?stream=0&one-shot=1`)) as {
    memory_stats?: MemoryStats;
  };
  return workingSet(memory_stats ?? {});
}
