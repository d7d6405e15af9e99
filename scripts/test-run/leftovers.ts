import { readdirSync, readFileSync } from 'node:fs';

/** A process that a step started and that is still running. */
export interface Leftover {
  readonly pid: number;
  readonly command: string;
}

/**
 * The processes whose temporary directory is `directory`. Each step has its own temporary directory, and every process
 * that it starts inherits it, in any process group or session. Linux only (reads proc(5)); on other systems it finds none.
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
    // The process has ended, or belongs to another user.
    return [];
  }
}
