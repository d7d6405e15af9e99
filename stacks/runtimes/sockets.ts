import { readFile } from 'node:fs/promises';

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

const tables = ['tcp', 'tcp6', 'udp', 'udp6'] as const;

/**
 * Every socket of a network namespace that a process has, also those whose connection is still being made.
 *
 * @param process a process in that namespace, by its pid.
 * @throws Error when the tables cannot be read.
 */
export async function socketsOf(process: number | 'self'): Promise<SocketRow[]> {
  const texts = await Promise.all(
    tables.map(async (table) => {
      const text = readFile(`/proc/${process}/net/${table}`, 'latin1');
      // A kernel without IPv6 has no tables of it.
      return [table, table.endsWith('6') ? await text.catch(() => '') : await text] as const;
    }),
  );
  return texts.flatMap(([table, text]) => rowsOf(table.startsWith('tcp') ? 'tcp' : 'udp', text));
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
  const bytes = (address.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).reverse().map((byte) => Number.parseInt(byte, 16)),
  );
  return { host: hostOf(bytes), port: Number.parseInt(port, 16) };
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
