import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { type Owner, ownerOfDirectory, ownerVariable, parseOwner, startTicks } from './owner.ts';

/** A process that some run started. */
export interface OwnedProcess {
  readonly pid: number;
  /** Tells it from a later process of the same pid. */
  readonly startTicks: string;
  readonly owner: Owner;
}

/** Every process on the machine that some run started, as far as we may look. */
export function ownedProcesses(): OwnedProcess[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      const pid = Number(entry);
      const owner = byEnvironment(pid) ?? byDirectory(pid);
      const ticks = owner && startTicks(pid);
      return owner && ticks !== undefined ? [{ pid, startTicks: ticks, owner }] : [];
    });
}

function byEnvironment(pid: number): Owner | undefined {
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
 * The children of a Postgres server write their titles over their environment, but they work in the run's
 * directory. Only of Postgres: a person's shell may stand there too.
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

/** Sends a signal, unless the process has ended and its pid is another's by now. */
export function send({ pid, startTicks: ticks }: OwnedProcess, signal: NodeJS.Signals): void {
  if (startTicks(pid) !== ticks) return;
  try {
    process.kill(pid, signal);
  } catch {
    // Gone meanwhile.
  }
}
