import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { ownerVariable } from '../../stacks/runtimes/process/owner.ts';

/**
 * Returns processes and temporary directories that runs of a harness process have left. Searches independently of the
 * harness, whose own search is under test.
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

/** Empty for a process that has ended meanwhile or belongs to another user. */
const textOf = (pid: string, file: string): Promise<string> =>
  readFile(`/proc/${pid}/${file}`, 'latin1').catch(() => '');
