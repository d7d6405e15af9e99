import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { ownerVariable } from '../../stacks/runtimes/process/owner.ts';

/**
 * Processes and temporary directories of the runs of one harness process. Looks for itself, since the
 * harness' own look is part of what is tested.
 */
export async function leftBehindBy(harness: number | undefined): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const left: string[] = [];
  for (const pid of pids) {
    const [environment, command] = await Promise.all([textOf(pid, 'environ'), textOf(pid, 'cmdline')]);
    const words = command.split('\0');
    // The watcher has its owner as an argument.
    const isOurs =
      environment.split('\0').some((line) => line.startsWith(`${ownerVariable}=${harness}.`)) ||
      words.some((word) => word.startsWith(`${harness}.`));
    if (isOurs) left.push(`process ${pid}: ${words.join(' ')}`);
  }
  const directories = (await readdir(tmpdir())).filter((name) => name.startsWith(`firedrill-${harness}.`));
  return [...left, ...directories.map((name) => `directory ${name}`)];
}

/** Nothing of a process that has ended meanwhile, or is another user's. */
const textOf = (pid: string, file: string): Promise<string> =>
  readFile(`/proc/${pid}/${file}`, 'latin1').catch(() => '');
