import { readFile } from 'node:fs/promises';
import { BlockList, isIPv4 } from 'node:net';
import type { OutsideConnection } from '../outside.ts';
import { formatEndpoint, pauseAfterMs, type SocketRow, socketReader, socketsOf } from '../sockets.ts';
import { unusedNameServer } from './container.ts';
import type { PodProcess } from './pod.ts';

/** First port that Linux assigns to outgoing connections; the stack listens below. */
const firstEphemeralPort = 32_768;

/** Addresses that belong to the run, as its pods see them. */
export interface PodAddresses {
  /** Networks of the run, as `address/length`. */
  readonly subnets: readonly string[];
  /** The daemon's machine on these networks, where other programs listen too. */
  readonly gateways: readonly string[];
  /** Address by which containers reach the harness. */
  readonly harness: string;
}

/**
 * Finds connections to addresses outside of the run.
 *
 * @param rows every socket of a pod.
 * @param harnessPorts ports on which the harness listens.
 * @returns outgoing connections to addresses that do not belong to the run.
 */
export function outsideConnections(
  rows: readonly SocketRow[],
  { subnets, gateways, harness }: PodAddresses,
  harnessPorts: ReadonlySet<number>,
): SocketRow[] {
  const connected = rows.filter((row) => row.remote.port !== 0);
  if (connected.length === 0) return [];
  const own = new BlockList();
  for (const subnet of subnets) {
    const [address = '', length] = subnet.split('/');
    own.addSubnet(address, Number(length), isIPv4(address) ? 'ipv4' : 'ipv6');
  }
  // The pod itself, the daemon's DNS resolver in it, and the unused DNS address. The rest of 127.0.0.0/8 cannot leave
  // the pod, but a connection to it is meant for something that is not part of the run.
  for (const address of ['127.0.0.1', '127.0.0.11', unusedNameServer]) own.addAddress(address);
  own.addAddress('::1', 'ipv6');
  const isOwn = ({ host, port }: SocketRow['remote']): boolean => {
    if (host === harness || gateways.includes(host)) return harnessPorts.has(port);
    return own.check(host, isIPv4(host) ? 'ipv4' : 'ipv6');
  };
  const listening = new Set(rows.filter((row) => row.isListening).map(({ local }) => local.port));
  // A listener may be closed before the connections that it accepted.
  const isAccepted = ({ protocol, local }: SocketRow) =>
    protocol === 'tcp' && (listening.has(local.port) || local.port < firstEphemeralPort);
  return connected.filter((row) => !isAccepted(row) && !isOwn(row.remote));
}

export interface PodWatchOptions {
  /** A process in each started pod, by pod name. */
  readonly processes: () => Promise<ReadonlyMap<string, PodProcess>>;
  readonly addresses: () => Promise<PodAddresses>;
  readonly harnessPorts: (rows: readonly SocketRow[]) => ReadonlySet<number>;
  /** Called once for each address outside of the run that a pod tried to reach. */
  readonly onOutside: (found: OutsideConnection) => void;
  /** Called once if the sockets of a pod cannot be seen from here because its daemon has another pid namespace. */
  readonly onUnwatched: () => void;
  readonly everyMs?: number;
}

/**
 * Verifies that a process is in the pod. A daemon in a virtual machine, or outside of the container that this process
 * runs in, has another pid namespace, so a local process may have the same pid.
 *
 * @throws Error if the network namespace of the process does not have the address.
 */
async function requireAddress(pid: number, address: string): Promise<void> {
  const text = await readFile(`/proc/${pid}/net/fib_trie`, 'latin1');
  const isThere = address !== '' && new RegExp(`\\s${RegExp.escape(address)}\n`).test(text);
  if (!isThere) throw new Error(`process ${pid} is not in the pod at ${address}`);
}

/** Watches the sockets of every pod during a run. @returns a function that ends the watch. */
export function watchPods({ everyMs = 100, ...options }: PodWatchOptions): () => Promise<void> {
  const reported = new Set<string>();
  const readers = new Map<number, () => SocketRow[]>();
  /** Ports on which the harness has listened; a listener may be closed before the connections that it accepted. */
  const ports = new Set<number>();
  let timer: NodeJS.Timeout | undefined;
  let checking = Promise.resolve();
  let isOver = false;
  const check = async (): Promise<void> => {
    const processes = await options.processes();
    if (processes.size === 0) return;
    const addresses = await options.addresses();
    for (const [component, { pid, address: ofPod }] of processes) {
      const known = readers.get(pid);
      if (!known) await requireAddress(pid, ofPod);
      const read = known ?? socketReader(pid);
      readers.set(pid, read);
      const rows = read();
      if (outsideConnections(rows, addresses, ports).length === 0) continue;
      // The socket tables are not an atomic snapshot: the harness may have begun to listen since.
      for (const port of options.harnessPorts(socketsOf('self'))) ports.add(port);
      for (const { protocol, remote } of outsideConnections(rows, addresses, ports)) {
        const address = formatEndpoint(remote);
        if (reported.has(`${component} ${address}`)) continue;
        reported.add(`${component} ${address}`);
        options.onOutside({ component, protocol, address, at: Date.now() });
      }
    }
  };
  const again = () => {
    const begin = performance.now();
    checking = check()
      .catch(() => {
        if (isOver) return;
        isOver = true;
        options.onUnwatched();
      })
      .finally(() => {
        if (!isOver) timer = setTimeout(again, pauseAfterMs(performance.now() - begin, everyMs)).unref();
      });
  };
  again();
  return async () => {
    isOver = true;
    clearTimeout(timer);
    await checking;
  };
}
