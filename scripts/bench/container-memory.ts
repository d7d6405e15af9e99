import type { DockerApi } from '../../stacks/runtimes/docker/docker-api.ts';
import { runLabel } from '../../stacks/runtimes/docker/labels.ts';
import { containerMemory } from '../../stacks/runtimes/docker/memory.ts';

/**
 * Memory of each component of a run, in bytes: the working set of its container. The holder container of a pod's network
 * counts as part of the component with the pod's name.
 *
 * @throws Error when the daemon does not answer, or a container disappears while it is read.
 */
export async function containerMemoryOf(api: DockerApi, run: string): Promise<Map<string, number>> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`${runLabel}=${run}`] }));
  const containers = (await api.get(`/containers/json?filters=${filters}`)) as {
    readonly Id: string;
    readonly Names: readonly string[];
  }[];
  const sizes = await Promise.all(containers.map(async ({ Id }) => await containerMemory(api, Id)));
  const byComponent = new Map<string, number>();
  // The daemon lists the newest container first; the result is in the order of their start.
  for (const [i, { Names }] of [...containers.entries()].toReversed()) {
    const component = componentOf(Names[0] ?? '', run);
    byComponent.set(component, (byComponent.get(component) ?? 0) + (sizes[i] ?? 0));
  }
  return byComponent;
}

/** Names of containers are `/firedrill-RUN-COMPONENT`, and `/firedrill-RUN-POD-pod` for the holder of a pod's network. */
const componentOf = (name: string, run: string): string =>
  name.replace(`/firedrill-${run}-`, '').replace(/-pod$/, '');
