import { BlockList, isIPv4 } from 'node:net';
import type { OutsideConnection } from '../outside.ts';
import { formatEndpoint, type SocketRow, socketsOf } from '../sockets.ts';

/** Where Linux begins to number the sockets that are opened; the stack listens below. */
const lowestOfOpened = 32_768;

/** What is the run's own, as its pods see it. */
export interface PodAddresses {
  /** Networks of the run, as `address/length`. */
  readonly subnets: readonly string[];
  /** The daemon's machine on these networks, where others listen too. */
  readonly gateways: readonly string[];
  /** The harness as containers reach it. */
  readonly harness: string;
}

/**
 * @param rows every socket of a pod.
 * @param harnessPorts on which the harness listens.
 * @returns those that were opened, not accepted, to an address that is not the run's. A pod's loopback is its own.
 */
export function outsideOf(
  rows: readonly SocketRow[],
  { subnets, gateways, harness }: PodAddresses,
  harnessPorts: ReadonlySet<number>,
): SocketRow[] {
  const own = new BlockList();
  for (const subnet of subnets) {
    const [address = '', length] = subnet.split('/');
    own.addSubnet(address, Number(length), isIPv4(address) ? 'ipv4' : 'ipv6');
  }
  own.addSubnet('127.0.0.0', 8);
  own.addAddress('::1', 'ipv6');
  const isOwn = ({ host, port }: SocketRow['remote']): boolean => {
    if (host === harness || gateways.includes(host)) return harnessPorts.has(port);
    return own.check(host, isIPv4(host) ? 'ipv4' : 'ipv6');
  };
  const listening = new Set(rows.filter((row) => row.isListening).map(({ local }) => local.port));
  // A listener may be gone before what it has accepted.
  const isAccepted = ({ protocol, local }: SocketRow) =>
    protocol === 'tcp' && (listening.has(local.port) || local.port < lowestOfOpened);
  return rows.filter((row) => row.remote.port !== 0 && !isAccepted(row) && !isOwn(row.remote));
}

export interface PodWatchOptions {
  /** A process in each pod that has started: pid by name of the pod. */
  readonly processes: () => Promise<ReadonlyMap<string, number>>;
  readonly addresses: () => Promise<PodAddresses>;
  readonly harnessPorts: (rows: readonly SocketRow[]) => ReadonlySet<number>;
  /** Told once of each address that a pod tried to reach and that is not the run's. */
  readonly onOutside: (found: OutsideConnection) => void;
  /** Told once, where the sockets of a pod cannot be seen from here: its daemon is in a virtual machine. */
  readonly onUnwatched: () => void;
  readonly everyMs?: number;
}

/** Looks at the sockets of every pod all through a run. @returns ends the watch. */
export function watchPods({ everyMs = 100, ...options }: PodWatchOptions): () => Promise<void> {
  const told = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let looking = Promise.resolve();
  let isOver = false;
  const look = async (): Promise<void> => {
    const processes = await options.processes();
    if (processes.size === 0) return;
    const addresses = await options.addresses();
    const ports = options.harnessPorts(await socketsOf('self'));
    for (const [component, pid] of processes) {
      for (const { protocol, remote } of outsideOf(await socketsOf(pid), addresses, ports)) {
        const address = formatEndpoint(remote);
        if (told.has(`${component} ${address}`)) continue;
        told.add(`${component} ${address}`);
        options.onOutside({ component, protocol, address, at: Date.now() });
      }
    }
  };
  const again = () => {
    looking = look()
      .catch(() => {
        if (isOver) return;
        isOver = true;
        options.onUnwatched();
      })
      .finally(() => {
        if (!isOver) timer = setTimeout(again, everyMs).unref();
      });
  };
  again();
  return async () => {
    isOver = true;
    clearTimeout(timer);
    await looking;
  };
}
