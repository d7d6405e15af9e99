import { readdirSync, readFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { met, notYet, until } from '../../../core/poll.ts';

/*
 * Who a process or a temporary directory belongs to. Every process that a run starts carries its owner in
 * its environment, so that whatever outlives a killed harness can be found without a list that the harness
 * might not have finished writing. Linux only: it reads /proc.
 */

/** The harness process of a run: its pid alone could be another process by now. */
export interface Owner {
  readonly run: string;
  readonly pid: number;
  /** Start of the process in clock ticks since boot; proc(5), field 22 of stat. */
  readonly startTicks: string;
}

export const ownerVariable = 'FIREDRILL_OWNER';

export const ownerOf = (run: string, pid: number): Owner => ({
  run,
  pid,
  startTicks: startTicks(pid) ?? '0',
});

export const ownerText = (owner: Owner): string => `${owner.pid}.${owner.startTicks}.${owner.run}`;

export function parseOwner(text: string): Owner | undefined {
  const [, pid, ticks, run] = /^(\d+)\.(\d+)\.([A-Za-z0-9_-]+)$/.exec(text) ?? [];
  return pid && ticks && run ? { run, pid: Number(pid), startTicks: ticks } : undefined;
}

export const isAlive = (owner: Owner): boolean => startTicks(owner.pid) === owner.startTicks;

/** The name of a run's temporary directory says whose it is from the moment it exists. */
export const temporaryDirectory = (owner: Owner): string => join(tmpdir(), `firedrill-${ownerText(owner)}`);

function startTicks(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name is in parentheses and may hold anything; fields are counted after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Every process on the machine that some run started, with its owner. */
export function ownedProcesses(): { pid: number; owner: Owner }[] {
  const found: { pid: number; owner: Owner }[] = [];
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const pid = Number(entry);
    const owner = ownerIn(pid);
    if (owner && startTicks(pid) !== undefined) found.push({ pid, owner });
  }
  return found;
}

function ownerIn(pid: number): Owner | undefined {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
    const entry = environment.split('\0').find((line) => line.startsWith(`${ownerVariable}=`));
    return entry === undefined ? undefined : parseOwner(entry.slice(ownerVariable.length + 1));
  } catch {
    // Gone meanwhile, or another user's.
    return undefined;
  }
}

/**
 * Ends every process of the given owners and removes their temporary directories: TERM first, KILL after
 * `graceMs`.
 *
 * @returns what was found, for a message.
 */
export async function reap(isOurs: (owner: Owner) => boolean, graceMs = 3_000): Promise<string[]> {
  const found: string[] = [];
  const left = () => ownedProcesses().filter(({ pid, owner }) => isOurs(owner) && pid !== process.pid);
  const first = left();
  for (const { pid, owner } of first) found.push(`process ${pid} of run ${owner.run}`);
  send(first, 'SIGTERM');
  if (first.length > 0 && !(await gone(left, graceMs))) {
    send(left(), 'SIGKILL');
    await gone(left, 3_000);
  }
  for (const entry of await readdir(tmpdir())) {
    const owner = parseOwner(entry.replace(/^firedrill-/, ''));
    if (!entry.startsWith('firedrill-') || !owner || !isOurs(owner)) continue;
    await rm(join(tmpdir(), entry), { recursive: true, force: true });
    found.push(`directory ${join(tmpdir(), entry)}`);
  }
  return found;
}

/** Removes what runs left whose harness is no longer there. */
export const reapOrphans = (): Promise<string[]> => reap((owner) => !isAlive(owner));

async function gone(left: () => unknown[], withinMs: number): Promise<boolean> {
  try {
    await until(
      'processes to end',
      () => (left().length === 0 ? met(true) : notYet(`${left().length} left`)),
      {
        where: 'reaper',
        withinMs,
        everyMs: 50,
        signal: new AbortController().signal,
      },
    );
    return true;
  } catch {
    return false;
  }
}

function send(processes: readonly { pid: number }[], signal: NodeJS.Signals): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, signal);
    } catch {
      // Already gone.
    }
  }
}
