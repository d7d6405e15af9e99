import { messageOf } from '../../../core/errors.ts';
import { met, notYet, until } from '../../../core/poll.ts';
import type { Owner } from '../process/owner.ts';
import { type Daemon, type DockerApi, looksWithinMs, openDockerApi } from './docker-api.ts';
import { type Labels, ownerLabel, ownerOfLabels } from './labels.ts';

/** Something of a run in a daemon. */
interface Found {
  readonly what: string;
  /** Of the API, to remove it. */
  readonly path: string;
}

export interface ReapOptions {
  /**
   * Looks in a row that must find nothing, default 1. A harness that was killed may have asked for a container that the
   * daemon is still making: then two.
   */
  readonly emptyLooks?: number;
}

const filters = encodeURIComponent(JSON.stringify({ label: [ownerLabel] }));

/**
 * Removes the containers, with their volumes, the networks and the volumes of the given owners that this machine has
 * run since it booted. Never throws: whoever cleans up has other things to do besides. A daemon that does not answer has
 * nothing that could be removed.
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
    await api.get('/version', AbortSignal.timeout(looksWithinMs));
    await removeAll(api, isOurs, seen, options);
  } catch (error) {
    if (seen.size > 0) return [...seen, `what stays: ${messageOf(error)}`];
  }
  return [...seen];
}

/**
 * @param seen takes what was found.
 * @throws Error when the daemon does not answer; FiredrillError `broken` when something stays.
 */
export async function removeAll(
  api: DockerApi,
  isOurs: (owner: Owner) => boolean,
  seen: Set<string>,
  { emptyLooks = 1 }: ReapOptions = {},
): Promise<void> {
  let empty = 0;
  const look = async () => {
    const kinds = await listAll(api, isOurs);
    const found = kinds.flat();
    for (const { what } of found) seen.add(what);
    // A network goes once its containers have, and so does a volume.
    for (const things of kinds) await removeEach(api, things);
    empty = found.length === 0 ? empty + 1 : 0;
    return empty >= emptyLooks ? met(true) : notYet(found.map(({ what }) => what).join(', '));
  };
  await look().then(async ({ met: nothing }) => {
    if (nothing) return;
    const { signal } = new AbortController();
    await until('it to be removed', look, { where: 'reaper', withinMs: 25_000, everyMs: 250, signal });
  });
}

async function removeEach(api: DockerApi, things: readonly Found[]): Promise<void> {
  // What cannot be removed yet, the next look finds again.
  await Promise.allSettled(things.map(({ path }) => api.remove(path)));
}

/** Containers, networks and volumes, in the order in which they can be removed. */
async function listAll(api: DockerApi, isOurs: (owner: Owner) => boolean): Promise<Found[][]> {
  const found = (what: string, path: string, labels: Labels | null): Found[] => {
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
  readonly Labels: Labels | null;
}

interface Network {
  readonly Id: string;
  readonly Name: string;
  readonly Labels: Labels | null;
}

interface Volume {
  readonly Name: string;
  readonly Labels: Labels | null;
}
