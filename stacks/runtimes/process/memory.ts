import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { ownedProcesses } from './processes.ts';

/**
 * Resident memory of each component of a run, in bytes: VmRSS of its processes, proc(5). Pages that processes of
 * one component share (Postgres' buffers) count for each of them, so the figure is rather too large.
 */
export function memoryOf(run: string): Map<string, number> {
  const byComponent = new Map<string, number>();
  for (const { pid } of ownedProcesses().filter(({ owner }) => owner.run === run)) {
    const component = componentOf(pid);
    if (component) byComponent.set(component, (byComponent.get(component) ?? 0) + residentBytes(pid));
  }
  return byComponent;
}

/** A component writes into the log that has its name. */
function componentOf(pid: number): string | undefined {
  try {
    const log = readlinkSync(`/proc/${pid}/fd/1`);
    return log.endsWith('.log') ? basename(log, '.log') : undefined;
  } catch {
    // Gone meanwhile.
    return undefined;
  }
}

function residentBytes(pid: number): number {
  try {
    const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kibibytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}
