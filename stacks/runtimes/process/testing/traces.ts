import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';

/*
 * What a run has on the machine, looked up in ways of its own: what is tested here is the runtime's own look.
 */

/** What a run has that could outlive it. */
export interface Traces {
  readonly pids: readonly number[];
  /** Sockets that listen, by inode: another drill may have the port by the time one looks again. */
  readonly listeners: ReadonlySet<string>;
  /** System V shared memory, by id. */
  readonly segments: ReadonlySet<string>;
}

export const none: Traces = { pids: [], listeners: new Set(), segments: new Set() };

/** @param pids processes besides those that carry the run's name, such as the harness. */
export function tracesOf(run: string, ...pids: number[]): Traces {
  const all = [...pids, ...processesOf(run).map(({ pid }) => pid)];
  const listening = listeningSockets();
  const sockets = all.flatMap(socketsOf).filter((inode) => listening.has(inode));
  return {
    pids: all,
    listeners: new Set(sockets),
    segments: new Set(
      segments().flatMap(({ id, creator, attached }) => (attached > 0 && all.includes(creator) ? [id] : [])),
    ),
  };
}

/** What is left of a run of which these traces had been seen. */
export function leftOf(run: string, { listeners, segments: seen }: Traces): string[] {
  return [
    ...processesOf(run).map(({ pid, command }) => `process ${pid}: ${command}`),
    ...[...listeningSockets()].filter((inode) => listeners.has(inode)).map((inode) => `listener ${inode}`),
    ...readdirSync(tmpdir())
      .filter((name) => name.includes(run))
      .map((name) => `directory ${name}`),
    ...segments()
      .filter(({ id }) => seen.has(id))
      .map(({ id }) => `shared memory ${id}`),
  ];
}

/** Processes that have the run's name in their environment or arguments, or work in a directory of that name. */
export function processesOf(run: string): { pid: number; command: string }[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => pid !== process.pid && !/\) Z /.test(textOf(`/proc/${pid}/stat`)))
    .filter((pid) =>
      [textOf(`/proc/${pid}/environ`), textOf(`/proc/${pid}/cmdline`), linkOf(`/proc/${pid}/cwd`)].some(
        (text) => text.includes(run),
      ),
    )
    .map((pid) => ({ pid, command: textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim() }));
}

function socketsOf(pid: number): string[] {
  const directory = `/proc/${pid}/fd`;
  try {
    return readdirSync(directory).flatMap(
      (fd) => /^socket:\[(\d+)\]/.exec(linkOf(`${directory}/${fd}`))?.[1] ?? [],
    );
  } catch {
    return [];
  }
}

/** Inodes of the TCP sockets in state 0A, LISTEN; proc(5), /proc/net/tcp. */
const listeningSockets = (): Set<string> =>
  new Set(
    rowsOf('/proc/net/tcp')
      .concat(rowsOf('/proc/net/tcp6'))
      .filter((row) => row[3] === '0A')
      .map((row) => row[9] as string),
  );

/** An unused one may belong to an earlier process with the same pid. */
const segments = (): { id: string; creator: number; attached: number }[] =>
  rowsOf('/proc/sysvipc/shm').map((row) => ({
    id: row[1] as string,
    creator: Number(row[4]),
    attached: Number(row[6]),
  }));

const rowsOf = (file: string): string[][] =>
  textOf(file)
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/));

/** Nothing of a process that has ended meanwhile. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}
