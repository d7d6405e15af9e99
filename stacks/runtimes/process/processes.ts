import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { type Owner, ownerOfDirectory, ownerVariable, parseOwner, startTicks } from './owner.ts';

/** A process that belongs to a run. */
export interface OwnedProcess {
  readonly pid: number;
  /** Distinguishes it from a later process with the same pid. */
  readonly startTicks: string;
  readonly owner: Owner;
}

/** Every visible process on this machine that belongs to a run. None without /proc, where no component is a process. */
export function ownedProcesses(): OwnedProcess[] {
  return processEntries()
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      const pid = Number(entry);
      const owner = byEnvironment(pid) ?? byDirectory(pid);
      const ticks = owner && startTicks(pid);
      return owner && ticks !== undefined ? [{ pid, startTicks: ticks, owner }] : [];
    });
}

function processEntries(): string[] {
  try {
    return readdirSync('/proc');
  } catch {
    return [];
  }
}

function byEnvironment(pid: number): Owner | undefined {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
    const entry = environment.split('\0').find((line) => line.startsWith(`${ownerVariable}=`));
    return entry === undefined ? undefined : parseOwner(entry.slice(ownerVariable.length + 1));
  } catch {
    // The process has exited, or belongs to another user.
    return undefined;
  }
}

/**
 * Postgres' child processes overwrite their environment with their titles, but their working directory is the run's.
 * Only Postgres is recognised by it, since a user's shell may have the same working directory.
 */
function byDirectory(pid: number): Owner | undefined {
  if (!isPostgres(pid)) return undefined;
  try {
    const names = readlinkSync(`/proc/${pid}/cwd`).split('/');
    return names.map(ownerOfDirectory).find((owner) => owner !== undefined);
  } catch {
    return undefined;
  }
}

function isPostgres(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8') === 'postgres\n';
  } catch {
    return false;
  }
}

/** Sends a signal, unless the process has exited and its pid may have been reused. */
export function send({ pid, startTicks: ticks }: OwnedProcess, signal: NodeJS.Signals): void {
  if (startTicks(pid) !== ticks) return;
  try {
    process.kill(pid, signal);
  } catch {
    // The process has exited meanwhile.
  }
}
