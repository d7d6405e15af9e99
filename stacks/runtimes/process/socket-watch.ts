import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import type { OutsideConnection } from '../outside.ts';
import { formatEndpoint, pauseAfterMs, type SocketRow, socketLooks, socketsOf } from '../sockets.ts';

/** How long a socket counts as another program's before its owner is looked up again, milliseconds. */
const strangerForMs = 5_000;
/** How long the machine's own addresses are believed, milliseconds. */
const localForMs = 5_000;

export interface SocketWatchOptions {
  /** Ports of the stack on loopback, whether somebody listens there at the moment or not. */
  readonly ports: ReadonlySet<number>;
  /** The components' processes: name by pid. What they start counts as theirs. */
  readonly processes: () => ReadonlyMap<number, string>;
  /** Told once of each address that a component tried to reach and that is not the run's. */
  readonly onOutside: (found: OutsideConnection) => void;
  readonly everyMs?: number;
}

/**
 * Looks at the sockets of the components all through a run. An address is the run's own when it is on this machine and
 * its port is one of the stack's, or somebody of the run listens there: a component, or the harness with its receivers.
 *
 * A connection that begins and ends between two looks is not seen, nor is a datagram that is sent without connecting.
 *
 * @returns ends the watch after a last look.
 */
export function watchSockets({ everyMs = 250, ...options }: SocketWatchOptions): () => void {
  const looker = new Looker(options);
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

class Looker {
  readonly #options: Omit<SocketWatchOptions, 'everyMs'>;
  /** Ports on which somebody of the run was seen to listen. */
  readonly #ports: Set<number>;
  /** Ports on which anybody was seen to listen: a listener may be gone before what it has accepted. */
  readonly #listened: Set<number>;
  readonly #told = new Set<string>();
  readonly #look = socketLooks('self');
  #strangers = new Map<string, number>();
  /** Addresses at which this machine reaches itself; the rest of 127.0.0.0/8 is nobody's of the run. */
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
    this.#strangers = new Map([...this.#strangers].filter(([, until]) => until > now));
    const first = this.#unknownOf(this.#look());
    if (first.length === 0) return;
    const owners = ownersOf(this.#options.processes());
    for (const row of first) {
      if (!owners.has(row.inode)) this.#strangers.set(keyOf(row), now + strangerForMs);
    }
    // Most are other programs': only for the components' own the tables are read again.
    if (!first.some(({ inode }) => owners.has(inode))) return;
    // They are no picture of one moment: what was accepted may stand there before its new listener does.
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

  /** Those that may have been opened to somebody else. */
  #unknownOf(rows: readonly SocketRow[]): SocketRow[] {
    for (const { isListening, local } of rows) if (isListening) this.#listened.add(local.port);
    return rows.filter(
      (row) =>
        row.remote.port !== 0 &&
        // What was accepted, not opened.
        !(row.protocol === 'tcp' && this.#listened.has(row.local.port)) &&
        !this.#isOwn(row) &&
        !this.#strangers.has(keyOf(row)),
    );
  }

  #isOwn({ protocol, remote: { host, port } }: SocketRow): boolean {
    if (!this.#local.has(host)) return false;
    // Resolvers connect a socket to each address of a name, `localhost` say, to see how it is reached, and send nothing.
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
    // Gone meanwhile, or a kernel that does not tell.
    return [pid];
  }
}

/** Of the sockets that a process has; proc(5), /proc/pid/fd: a link such as `socket:[12345]`. */
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
