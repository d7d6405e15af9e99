import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import type { OutsideConnection } from '../outside.ts';
import { formatEndpoint, pauseAfterMs, type SocketRow, socketReader, socketsOf } from '../sockets.ts';

/** Time for which a socket counts as another program's before its owner is looked up again, in milliseconds. */
const foreignForMs = 5_000;
/** Time for which the machine's addresses are cached, in milliseconds. */
const localForMs = 5_000;

export interface SocketWatchOptions {
  /** Ports of the stack on loopback, whether or not a component currently listens there. */
  readonly ports: ReadonlySet<number>;
  /** The components' names by pid. Their descendants belong to them. */
  readonly processes: () => ReadonlyMap<number, string>;
  /** Called once for each address outside of the run that a component tried to reach. */
  readonly onOutside: (found: OutsideConnection) => void;
  readonly everyMs?: number;
}

/**
 * Watches the sockets of the components during a run. An address belongs to the run if it is on this machine and its
 * port is one of the stack's, or a process of the run listens there: a component, or the harness with its receivers.
 *
 * A connection that begins and ends between two checks is not seen, nor is a datagram that is sent without connecting.
 *
 * @returns a function that checks once more and ends the watch.
 */
export function watchSockets({ everyMs = 250, ...options }: SocketWatchOptions): () => void {
  const looker = new SocketWatcher(options);
  let timer: NodeJS.Timeout | undefined;
  const look = () => {
    const begin = performance.now();
    looker.look();
    timer = setTimeout(look, pauseAfterMs(performance.now() - begin, everyMs)).unref();
  };
  look();
  return () => {
    clearTimeout(timer);
    looker.look();
  };
}

class SocketWatcher {
  readonly #options: Omit<SocketWatchOptions, 'everyMs'>;
  /** Ports on which a process of the run has listened. */
  readonly #ports: Set<number>;
  /** Ports on which any process has listened: a listener may be closed before the connections that it accepted. */
  readonly #listened: Set<number>;
  readonly #told = new Set<string>();
  readonly #look = socketReader('self');
  #foreignSockets = new Map<string, number>();
  /** Addresses of this machine; the rest of 127.0.0.0/8 does not belong to the run. */
  #local: ReadonlySet<string> = new Set();
  #localAt = 0;

  constructor(options: Omit<SocketWatchOptions, 'everyMs'>) {
    this.#options = options;
    this.#ports = new Set(options.ports);
    this.#listened = new Set(options.ports);
  }

  look(): void {
    const now = Date.now();
    if (now - this.#localAt > localForMs) {
      this.#local = localAddresses();
      this.#localAt = now;
    }
    this.#foreignSockets = new Map([...this.#foreignSockets].filter(([, until]) => until > now));
    const first = this.#unknownOf(this.#look());
    if (first.length === 0) return;
    const owners = ownersOf(this.#options.processes());
    for (const row of first) {
      if (!owners.has(row.inode)) this.#foreignSockets.set(keyOf(row), now + foreignForMs);
    }
    // Most sockets belong to other programs: the tables are read again only if one belongs to a component.
    if (!first.some(({ inode }) => owners.has(inode))) return;
    // The tables are not an atomic snapshot: an accepted connection may be listed before its new listener.
    const rows = socketsOf('self');
    this.#unknownOf(rows);
    const listening = new Map<number, string[]>();
    for (const { isListening, local, inode } of rows) {
      if (isListening) listening.set(local.port, [...(listening.get(local.port) ?? []), inode]);
    }
    const ours = new Set([...owners.keys(), ...inodesOf(process.pid)]);
    for (const row of this.#unknownOf(first)) {
      const component = owners.get(row.inode);
      const { port } = row.remote;
      if (component === undefined) continue;
      if (this.#local.has(row.remote.host) && listening.get(port)?.some((inode) => ours.has(inode)))
        this.#ports.add(port);
      else this.#tell({ component, protocol: row.protocol, address: formatEndpoint(row.remote), at: now });
    }
  }

  /** Connections that may have been opened to an address outside of the run. */
  #unknownOf(rows: readonly SocketRow[]): SocketRow[] {
    for (const { isListening, local } of rows) if (isListening) this.#listened.add(local.port);
    return rows.filter(
      (row) =>
        row.remote.port !== 0 &&
        // Accepted connections.
        !(row.protocol === 'tcp' && this.#listened.has(row.local.port)) &&
        !this.#isOwn(row) &&
        !this.#foreignSockets.has(keyOf(row)),
    );
  }

  #isOwn({ protocol, remote: { host, port } }: SocketRow): boolean {
    if (!this.#local.has(host)) return false;
    // Resolvers connect a socket to each address of a name, `localhost` say, to find its route, and send nothing.
    return this.#ports.has(port) || (protocol === 'udp' && [9, 53].includes(port));
  }

  #tell(found: OutsideConnection): void {
    const key = `${found.component} ${found.protocol} ${found.address}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#options.onOutside(found);
  }
}

const keyOf = ({ inode, remote }: SocketRow): string => `${inode} ${formatEndpoint(remote)}`;

const localAddresses = (): Set<string> =>
  new Set([
    '127.0.0.1',
    '::1',
    ...Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address)),
  ]);

/** Components by the inodes of their sockets. */
function ownersOf(processes: ReadonlyMap<number, string>): Map<string, string> {
  const found = new Map<string, string>();
  for (const [pid, component] of processes) {
    for (const one of withDescendants(pid)) for (const inode of inodesOf(one)) found.set(inode, component);
  }
  return found;
}

function withDescendants(pid: number): number[] {
  try {
    const children = readdirSync(`/proc/${pid}/task`)
      .flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'latin1').trim().split(' '))
      .filter((child) => child !== '');
    return [pid, ...children.flatMap((child) => withDescendants(Number(child)))];
  } catch {
    // The process has exited, or the kernel does not list children.
    return [pid];
  }
}

/** Inodes of the sockets of a process; proc(5), /proc/pid/fd: links such as `socket:[12345]`. */
export function inodesOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}
