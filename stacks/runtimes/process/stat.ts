import { readFileSync } from 'node:fs';

/** What proc(5) says of a process in its file `stat`. */
export interface Stat {
  /** Field 3: `R` runs, `S` sleeps, `T` is stopped, `Z` has ended and waits to be collected… */
  readonly state: string;
  /** Field 22: when it started, in clock ticks since boot. */
  readonly startTicks: string;
}

/** @returns `undefined` when there is no such process, or none that has not ended. */
export function statOf(pid: number): Stat | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name is in parentheses and may hold anything; fields are counted after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state = '', startTicks = ''] = [fields[0], fields[19]];
    return state === 'Z' ? undefined : { state, startTicks };
  } catch {
    return undefined;
  }
}
