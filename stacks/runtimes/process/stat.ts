import { readFileSync } from 'node:fs';

/** Fields of a process in /proc/pid/stat; see proc(5). */
export interface Stat {
  /** Field 3: `R` running, `S` sleeping, `T` stopped, `Z` zombie… */
  readonly state: string;
  /** Field 22: start time, in clock ticks since boot. */
  readonly startTicks: string;
}

/** @returns `undefined` if there is no such process, or it has exited. */
export function statOf(pid: number): Stat | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name is in parentheses and may contain any character; fields are counted after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state = '', startTicks = ''] = [fields[0], fields[19]];
    return state === 'Z' ? undefined : { state, startTicks };
  } catch {
    return undefined;
  }
}
