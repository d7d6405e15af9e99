import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { met, notYet, until } from '../../../core/poll.ts';

/** A System V shared memory segment; proc(5), /proc/sysvipc/shm. */
interface Segment {
  readonly key: number;
  readonly id: number;
  readonly creator: number;
  readonly attached: number;
}

/** The database server's data directory, inside its component's data directory. */
export const clusterIn = (data: string): string => join(data, 'cluster');

/**
 * Removes the System V shared memory segment of a killed Postgres, which outlives the processes. The server's lock file
 * identifies it (lines 1 and 7 of postmaster.pid: pid, and key with id;
 * https://www.postgresql.org/docs/current/storage-file-layout.html). It is removed only if that server created it and
 * no process uses it.
 *
 * @param cluster the data directory of the server, which has exited.
 */
export async function releaseSharedMemory(cluster: string): Promise<void> {
  const text = await readFile(`${cluster}/postmaster.pid`, 'utf8').catch(() => '');
  const lines = text.split('\n');
  // A server in single-user mode writes its pid negated.
  const server = Math.abs(Number(lines[0]));
  const [key, id] = (lines[6] ?? '').trim().split(/\s+/).map(Number);
  if (!server || key === undefined || id === undefined) return;
  const find = async () =>
    (await segments()).find((s) => s.id === id && s.key === key >>> 0 && s.creator === server);
  const left = await until(
    'the segment to be unused',
    async () => {
      const segment = await find();
      return segment?.attached ? notYet(`used by ${segment.attached} processes`) : met(segment);
    },
    { where: 'postgres', withinMs: 1_000, everyMs: 20, signal: new AbortController().signal },
  );
  if (left) await execa('ipcrm', ['-m', String(left.id)]);
}

async function segments(): Promise<Segment[]> {
  const text = await readFile('/proc/sysvipc/shm', 'utf8').catch(() => '');
  const [head = '', ...rows] = text.trimEnd().split('\n');
  const columns = head.trim().split(/\s+/);
  return rows.map((row) => {
    const values = row.trim().split(/\s+/);
    const at = (name: string) => Number(values[columns.indexOf(name)]);
    // Keys are signed in this file and unsigned in the lock file.
    return { key: at('key') >>> 0, id: at('shmid'), creator: at('cpid'), attached: at('nattch') };
  });
}
