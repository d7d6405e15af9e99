import { readFile } from 'node:fs/promises';
import { BlockList, isIPv4 } from 'node:net';
import type { OutsideConnection } from '../outside.ts';
import { formatEndpoint, pauseAfterMs, type SocketRow, socketLooks, socketsOf } from '../sockets.ts';
import { noNameService } from './container.ts';
import type { PodProcess } from './pod.ts';

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
 * @returns those that were opened, not accepted, to an address that is not the run's.
 */
export function outsideOf(
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
  // The pod itself, the daemon's resolver in it, and what that asks for a name that is no peer's. The rest of 127.0.0.0/8
  // cannot leave the pod, but whoever names it means something that is not part of the run.
  for (const address of ['127.0.0.1', '127.0.0.11', noNameService]) own.addAddress(address);
  own.addAddress('::1', 'ipv6');
  const isOwn = ({ host, port }: SocketRow['remote']): boolean => {
    if (host === harness || gateways.includes(host)) return harnessPorts.has(port);
    return own.check(host, isIPv4(host) ? 'ipv4' : 'ipv6');
  };
  const listening = new Set(rows.filter((row) => row.isListening).map(({ local }) => local.port));
  // A listener may be gone before what it has accepted.
  const isAccepted = ({ protocol, local }: SocketRow) =>
    protocol === 'tcp' && (listening.has(local.port) || local.port < lowestOfOpened);
  return connected.filter((row) => !isAccepted(row) && !isOwn(row.remote));
}

export interface PodWatchOptions {
  /** A process in each pod that has started: by name of the pod. */
  readonly processes: () => Promise<ReadonlyMap<string, PodProcess>>;
  readonly addresses: () => Promise<PodAddresses>;
  readonly harnessPorts: (rows: readonly SocketRow[]) => ReadonlySet<number>;
  /** Told once of each address that a pod tried to reach and that is not the run's. */
  readonly onOutside: (found: OutsideConnection) => void;
  /** Told once, where the sockets of a pod cannot be seen from here: its daemon counts processes of its own. */
  readonly onUnwatched: () => void;
  readonly everyMs?: number;
}

/**
 * A daemon in a virtual machine, or beside a container in which we are, counts processes of its own, and one of ours may
 * have the same number.
 *
 * @throws Error when the network namespace of the process does not have the address.
 */
async function requireAddress(pid: number, address: string): Promise<void> {
  const text = await readFile(`/proc/${pid}/net/fib_trie`, 'latin1');
  const isThere = address !== '' && new RegExp(`\\s${RegExp.escape(address)}\n`).test(text);
  if (!isThere) throw new Error(`process ${pid} is not in the pod at ${address}`);
}

/** Looks at the sockets of every pod all through a run. @returns ends the watch. */
export function watchPods({ everyMs = 100, ...options }: PodWatchOptions): () => Promise<void> {
  const told = new Set<string>();
  const looks = new Map<number, () => SocketRow[]>();
  /** On which the harness was seen to listen; a listener may be gone before what it has accepted. */
  const ports = new Set<number>();
  let timer: NodeJS.Timeout | undefined;
  let looking = Promise.resolve();
  let isOver = false;
  const look = async (): Promise<void> => {
    const processes = await options.processes();
    if (processes.size === 0) return;
    const addresses = await options.addresses();
    for (const [component, { pid, address: ofPod }] of processes) {
      const known = looks.get(pid);
      if (!known) await requireAddress(pid, ofPod);
      const lookAgain = known ?? socketLooks(pid);
      looks.set(pid, lookAgain);
      const rows = lookAgain();
      if (outsideOf(rows, addresses, ports).length === 0) continue;
      // The tables are no picture of one moment: the harness may have begun to listen after the last look.
      for (const port of options.harnessPorts(socketsOf('self'))) ports.add(port);
      for (const { protocol, remote } of outsideOf(rows, addresses, ports)) {
        const address = formatEndpoint(remote);
        if (told.has(`${component} ${address}`)) continue;
        told.add(`${component} ${address}`);
        options.onOutside({ component, protocol, address, at: Date.now() });
      }
    }
  };
  const again = () => {
    const begin = performance.now();
    looking = look()
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
    await looking;
  };
}
