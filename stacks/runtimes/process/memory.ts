import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { ownedProcesses } from './processes.ts';

/**
 * Memory of each component of a run, in bytes: the proportional set size of its processes (Pss in smaps_rollup,
 * proc(5)). Pages shared by several processes (Postgres' buffers, Node's program text) are divided equally among them,
 * so shares of other runs' processes are not included.
 */
export function memoryByComponent(run: string): Map<string, number> {
  const byComponent = new Map<string, number>();
  for (const { pid } of ownedProcesses().filter(({ owner }) => owner.run === run)) {
    const component = componentOf(pid);
    if (component) byComponent.set(component, (byComponent.get(component) ?? 0) + memoryBytes(pid));
  }
  return byComponent;
}

/** The name of the log that a component's process writes to is the component's. */
function componentOf(pid: number): string | undefined {
  try {
    const log = readlinkSync(`/proc/${pid}/fd/1`);
    return log.endsWith('.log') ? basename(log, '.log') : undefined;
  } catch {
    // The process has exited meanwhile.
    return undefined;
  }
}

function memoryBytes(pid: number): number {
  try {
    const [, kibibytes] = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? [];
    return Number(kibibytes ?? 0) * 1024;
  } catch {
    // The process has exited meanwhile.
    return 0;
  }
}
