import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { ownedProcesses } from './processes.ts';

/**
 * Memory of each component of a run, in bytes: the proportional set size of its processes, Pss in smaps_rollup of
 * proc(5). A page that several processes share (Postgres' buffers, the program of Node) is counted once, in equal parts;
 * parts that fall to processes of other runs are missing from the figure.
 */
export function memoryOf(run: string): Map<string, number> {
  const byComponent = new Map<string, number>();
  for (const { pid } of ownedProcesses().filter(({ owner }) => owner.run === run)) {
    const component = componentOf(pid);
    if (component) byComponent.set(component, (byComponent.get(component) ?? 0) + memoryBytes(pid));
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

function memoryBytes(pid: number): number {
  try {
    const [, kibibytes] = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? [];
    return Number(kibibytes ?? 0) * 1024;
  } catch {
    // Gone meanwhile.
    return 0;
  }
}
