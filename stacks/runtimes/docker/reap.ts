import { messageOf } from '../../../core/errors.ts';
import { met, notYet, until } from '../../../core/poll.ts';
import type { Owner } from '../process/owner.ts';
import { type Daemon, type DockerApi, leftoverCheckMs, openDockerApi } from './docker-api.ts';
import { type DockerLabels, ownerLabel, ownerOfLabels } from './labels.ts';

/** A leftover of a run in a daemon. */
interface Leftover {
  readonly what: string;
  /** API path for removing it. */
  readonly path: string;
}

export interface ReapOptions {
  /**
   * Consecutive checks that must find nothing, default 1. After a harness was killed it is 2, since the daemon may
   * still be creating a container.
   */
  readonly emptyChecks?: number;
}

const filters = encodeURIComponent(JSON.stringify({ label: [ownerLabel] }));

/**
 * Removes containers with their volumes, networks and volumes that the given owners have created on this machine since
 * it booted. It never throws, so that other cleanup continues, and treats a daemon that does not respond as empty.
 *
 * @returns what was found, for a message.
 */
export async function reapContainers(
  isOurs: (owner: Owner) => boolean,
  daemon: Daemon | undefined,
  options: ReapOptions = {},
): Promise<string[]> {
  if (!daemon) return [];
  const seen = new Set<string>();
  try {
    const api = await openDockerApi(daemon);
    await api.get('/version', AbortSignal.timeout(leftoverCheckMs));
    await removeAll(api, isOurs, seen, options);
  } catch (error) {
    if (seen.size > 0) return [...seen, `not removed: ${messageOf(error)}`];
  }
  return [...seen];
}

/**
 * @param seen collects what was found.
 * @throws Error if the daemon does not respond; FiredrillError `broken` if something cannot be removed.
 */
export async function removeAll(
  api: DockerApi,
  isOurs: (owner: Owner) => boolean,
  seen: Set<string>,
  { emptyChecks: emptyLooks = 1 }: ReapOptions = {},
): Promise<void> {
  let empty = 0;
  const check = async () => {
    const kinds = await listAll(api, isOurs);
    const found = kinds.flat();
    for (const { what } of found) seen.add(what);
    // Networks and volumes can be removed only after their containers.
    for (const things of kinds) await removeEach(api, things);
    empty = found.length === 0 ? empty + 1 : 0;
    return empty >= emptyLooks ? met(true) : notYet(found.map(({ what }) => what).join(', '));
  };
  await check().then(async ({ met: nothing }) => {
    if (nothing) return;
    const { signal } = new AbortController();
    await until('it to be removed', check, { where: 'reaper', withinMs: 25_000, everyMs: 250, signal });
  });
}

async function removeEach(api: DockerApi, things: readonly Leftover[]): Promise<void> {
  // The next check finds what could not be removed yet.
  await Promise.allSettled(things.map(({ path }) => api.remove(path)));
}

/** Containers, networks and volumes, in the order in which they can be removed. */
async function listAll(api: DockerApi, isOurs: (owner: Owner) => boolean): Promise<Leftover[][]> {
  const found = (what: string, path: string, labels: DockerLabels | null): Leftover[] => {
    const owner = ownerOfLabels(labels);
    return owner && isOurs(owner) ? [{ what: `${what} of run ${owner.run}`, path }] : [];
  };
  const [containers, networks, { Volumes: volumes }] = (await Promise.all([
    api.get(`/containers/json?all=1&filters=${filters}`),
    api.get(`/networks?filters=${filters}`),
    api.get(`/volumes?filters=${filters}`),
  ])) as [Container[], Network[], { Volumes: Volume[] | null }];
  return [
    containers.flatMap(({ Id, Names, Labels }) =>
      found(`container ${Names[0]?.slice(1) ?? Id}`, `/containers/${Id}?force=1&v=1`, Labels),
    ),
    networks.flatMap(({ Id, Name, Labels }) => found(`network ${Name}`, `/networks/${Id}`, Labels)),
    (volumes ?? []).flatMap(({ Name, Labels }) =>
      found(`volume ${Name}`, `/volumes/${Name}?force=1`, Labels),
    ),
  ];
}

interface Container {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly Labels: DockerLabels | null;
}

interface Network {
  readonly Id: string;
  readonly Name: string;
  readonly Labels: DockerLabels | null;
}

interface Volume {
  readonly Name: string;
  readonly Labels: DockerLabels | null;
}
