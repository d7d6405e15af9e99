import { readdirSync, readFileSync } from 'node:fs';

/** A process that was started below a step and still runs. */
export interface Leftover {
  readonly pid: number;
  readonly command: string;
}

/**
 * The processes whose temporary directory is `directory`. Every step has one of its own, which all that it
 * starts inherits, in whatever process group or session. Linux only, by proc(5); elsewhere none is found.
 */
export function leftoversOf(directory: string): Leftover[] {
  let entries: string[];
  try {
    entries = readdirSync('/proc');
  } catch {
    return [];
  }
  return entries
    .filter((entry) => /^\d+$/.test(entry) && environmentOf(entry).includes(`TMPDIR=${directory}`))
    .map((entry) => ({ pid: Number(entry), command: textOf(`/proc/${entry}/cmdline`).join(' ').trim() }));
}

const environmentOf = (pid: string) => textOf(`/proc/${pid}/environ`);

function textOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\0');
  } catch {
    // Gone meanwhile, or another user's.
    return [];
  }
}
