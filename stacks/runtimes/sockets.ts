import { readFileSync } from 'node:fs';

/** A row of the kernel's socket tables; proc(5), /proc/net. */
export interface SocketRow {
  readonly protocol: 'tcp' | 'udp';
  readonly local: Endpoint;
  /** Port 0: not connected. */
  readonly remote: Endpoint;
  readonly isListening: boolean;
  /** 0: it no longer belongs to a process. */
  readonly inode: string;
}

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/**
 * Every socket of a network namespace that belongs to a process, including connections that are still being
 * established.
 *
 * @param process pid of a process in that namespace.
 * @throws Error if the tables cannot be read.
 */
export const socketsOf = (process: number | 'self'): SocketRow[] => rowsIn(process, 'tcp', 'udp');

function rowsIn(process: number | 'self', ...protocols: SocketRow['protocol'][]): SocketRow[] {
  const net = `/proc/${process}/net`;
  // The kernel scans all sockets for each table, so an empty IPv6 table is not read.
  const counts = tableOf(`${net}/sockstat6`);
  return protocols.flatMap((protocol) =>
    (hasIpv6(protocol, counts) ? [protocol, `${protocol}6`] : [protocol]).flatMap((table) =>
      rowsOf(protocol, tableOf(`${net}/${table}`)),
    ),
  );
}

/** Whether a network namespace has IPv6 sockets, by the kernel's counters; true without counters. */
export function hasIpv6(protocol: SocketRow['protocol'], sockstat6: string): boolean {
  const [, inUse] = new RegExp(`^${protocol.toUpperCase()}6: inuse (\\d+)$`, 'm').exec(sockstat6) ?? [];
  return inUse !== '0';
}

/** Upper limit of the processor share of a watch: with many sockets on the machine a check takes long. */
const maxShare = 0.05;

/** Pause of a watch after a check that took `tookMs`, in milliseconds. */
export const pauseAfterMs = (tookMs: number, everyMs: number): number => Math.max(everyMs, tookMs / maxShare);

/** Longest time between two reads of the TCP tables, in milliseconds. */
const rereadAfterMs = 5_000;

/**
 * Makes a function that reads the sockets of a network namespace repeatedly. The kernel takes some 5 ms to write a TCP
 * table, so these are read only if the namespace has opened a connection since the last read, and every few seconds.
 *
 * @param process pid of a process in that namespace.
 * @returns a function that gives every socket, or only UDP sockets if TCP has no new connections. It throws as
 * `socketsOf`.
 */
export function socketReader(process: number | 'self'): () => SocketRow[] {
  let opened: string | undefined;
  let readAt = 0;
  return () => {
    // Read before the tables: connections opened meanwhile count as new in the next check.
    const now = openedIn(tableOf(`/proc/${process}/net/snmp`));
    const isNew = now === undefined || now !== opened || Date.now() - readAt > rereadAfterMs;
    if (!isNew) return rowsIn(process, 'udp');
    opened = now;
    readAt = Date.now();
    return socketsOf(process);
  };
}

/** The counter of opened connections, of IPv4 and IPv6 together; RFC 4022, tcpActiveOpens. */
export function openedIn(snmp: string): string | undefined {
  const [names = '', values = ''] = snmp.split('\n').filter((line) => line.startsWith('Tcp:'));
  return values.split(' ')[names.split(' ').indexOf('ActiveOpens')];
}

/** Synchronous: the kernel generates the text during the read, so there is no I/O to wait for. */
function tableOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    // A kernel without IPv6 has no IPv6 tables.
    if (path.endsWith('6')) return '';
    throw error;
  }
}

/** State TIME_WAIT; include/net/tcp_states.h of Linux. */
const timeWait = '06';

/** The state of a row, the field after its two addresses. */
function stateIn(line: string): string {
  const local = line.indexOf(': ') + 2;
  const state = line.indexOf(' ', line.indexOf(' ', local) + 1) + 1;
  return line.slice(state, state + 2);
}

export function rowsOf(protocol: SocketRow['protocol'], text: string): SocketRow[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      // A busy machine has thousands of these sockets, which no longer belong to a process.
      if (stateIn(line) === timeWait) return [];
      const [, local, remote, state, , , , , , inode = '0'] = line.trim().split(/\s+/);
      if (local === undefined || remote === undefined || inode === '0') return [];
      return {
        protocol,
        local: endpointOf(local),
        remote: endpointOf(remote),
        isListening: protocol === 'tcp' && state === '0A',
        inode,
      };
    });
}

/** `0100007F:1F90` → 127.0.0.1, 8080: 32-bit words in host byte order, which is little-endian on supported machines. */
function endpointOf(text: string): Endpoint {
  const [address = '', port = '0'] = text.split(':');
  return { host: hostIn(address), port: Number.parseInt(port, 16) };
}

/** Cache of hosts by the kernel's text: the tables repeat few addresses in thousands of rows. */
const hosts = new Map<string, string>();

function hostIn(address: string): string {
  const known = hosts.get(address);
  if (known !== undefined) return known;
  const bytes = (address.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).reverse().map((byte) => Number.parseInt(byte, 16)),
  );
  const host = hostOf(bytes);
  hosts.set(address, host);
  return host;
}

function hostOf(bytes: readonly number[]): string {
  const isMapped = bytes.length === 16 && bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255;
  if (bytes.length === 4 || isMapped) return bytes.slice(-4).join('.');
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  );
  // The usual compressed form.
  return URL.parse(`http://[${groups.join(':')}]`)?.hostname.slice(1, -1) ?? groups.join(':');
}

export const formatEndpoint = ({ host, port }: Endpoint): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

/** Parses the output of `formatEndpoint`. */
export function endpointIn(text: string): Endpoint {
  const [, host = '', port = '0'] = /^\[?(.*?)\]?:(\d+)$/.exec(text) ?? [];
  return { host, port: Number(port) };
}
