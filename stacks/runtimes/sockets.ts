import { readFileSync } from 'node:fs';

/** One row of the kernel's tables of sockets; proc(5), /proc/net. */
export interface SocketRow {
  readonly protocol: 'tcp' | 'udp';
  readonly local: Endpoint;
  /** Port 0: it is not connected. */
  readonly remote: Endpoint;
  readonly isListening: boolean;
  /** 0: no process has it any more. */
  readonly inode: string;
}

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/**
 * Every socket of a network namespace that a process has, also those whose connection is still being made.
 *
 * @param process a process in that namespace, by its pid.
 * @throws Error when the tables cannot be read.
 */
export const socketsOf = (process: number | 'self'): SocketRow[] => rowsIn(process, 'tcp', 'udp');

function rowsIn(process: number | 'self', ...protocols: SocketRow['protocol'][]): SocketRow[] {
  const net = `/proc/${process}/net`;
  // The kernel goes through all sockets for either table; for one that would be empty it need not.
  const counts = tableOf(`${net}/sockstat6`);
  return protocols.flatMap((protocol) =>
    (hasIpv6(protocol, counts) ? [protocol, `${protocol}6`] : [protocol]).flatMap((table) =>
      rowsOf(protocol, tableOf(`${net}/${table}`)),
    ),
  );
}

/** Whether a network namespace has sockets of IPv6, by the kernel's count of them; also when there is no count. */
export function hasIpv6(protocol: SocketRow['protocol'], sockstat6: string): boolean {
  const [, inUse] = new RegExp(`^${protocol.toUpperCase()}6: inuse (\\d+)$`, 'm').exec(sockstat6) ?? [];
  return inUse !== '0';
}

/** A watch takes at most this share of a processor: with many sockets on the machine a look takes long. */
const mostShare = 0.05;

/** How long a watch waits after a look that took so long, milliseconds. */
export const pauseAfterMs = (tookMs: number, everyMs: number): number =>
  Math.max(everyMs, tookMs / mostShare);

/** How long the tables of TCP are taken as unchanged at most, milliseconds. */
const unreadForMs = 5_000;

/**
 * Looks at a network namespace again and again. The kernel takes some 5 ms to write a table of TCP, so these are read
 * when the namespace has opened a connection since the last look, and every few seconds.
 *
 * @param process a process in that namespace, by its pid.
 * @returns a look: every socket, or those of UDP alone where TCP has nothing new. It throws as `socketsOf` does.
 */
export function socketLooks(process: number | 'self'): () => SocketRow[] {
  let opened: string | undefined;
  let readAt = 0;
  return () => {
    // Before the tables: what is opened while they are read counts as new at the next look.
    const now = openedIn(tableOf(`/proc/${process}/net/snmp`));
    const isNew = now === undefined || now !== opened || Date.now() - readAt > unreadForMs;
    if (!isNew) return rowsIn(process, 'udp');
    opened = now;
    readAt = Date.now();
    return socketsOf(process);
  };
}

/** The counter of connections that were opened, of IPv4 and IPv6 together; RFC 4022, tcpActiveOpens. */
export function openedIn(snmp: string): string | undefined {
  const [names = '', values = ''] = snmp.split('\n').filter((line) => line.startsWith('Tcp:'));
  return values.split(' ')[names.split(' ').indexOf('ActiveOpens')];
}

/** The kernel makes the text while it is read, so there is nothing to wait for. */
function tableOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    // A kernel without IPv6 has no tables of it.
    if (path.endsWith('6')) return '';
    throw error;
  }
}

/** State TIME_WAIT; include/net/tcp_states.h of Linux. */
const timeWait = '06';

/** The state of a row, which stands behind its two addresses. */
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
      // A busy machine has thousands of these, and no process has them any more.
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

/** `0100007F:1F90` → 127.0.0.1, 8080: words of 32 bits in the order of the machine, all of which are little-endian here. */
function endpointOf(text: string): Endpoint {
  const [address = '', port = '0'] = text.split(':');
  return { host: hostIn(address), port: Number.parseInt(port, 16) };
}

/** Hosts by how the kernel writes them: the tables have the same few in thousands of rows, and are read often. */
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
  // The short form, as everybody writes it.
  return URL.parse(`http://[${groups.join(':')}]`)?.hostname.slice(1, -1) ?? groups.join(':');
}

export const formatEndpoint = ({ host, port }: Endpoint): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

/** Of a text that `formatEndpoint` has made. */
export function endpointIn(text: string): Endpoint {
  const [, host = '', port = '0'] = /^\[?(.*?)\]?:(\d+)$/.exec(text) ?? [];
  return { host, port: Number(port) };
}
