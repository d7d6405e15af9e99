import { execa } from 'execa';

/**
 * Runs a program on this host with English messages, for at most 10 minutes, and returns its standard output.
 *
 * @throws the signal's reason if it is aborted; Error with the program's error output.
 */
export async function run(
  file: string,
  args: readonly string[],
  options: { cwd: string; signal: AbortSignal; env?: Readonly<Record<string, string>> },
): Promise<string> {
  const { cwd, signal, env = {} } = options;
  const ended = await execa(file, args, {
    ...{ cwd, env: { LC_ALL: 'C', ...env }, stdin: 'ignore' },
    ...{ cancelSignal: signal, reject: false, timeout: 600_000 },
  });
  signal.throwIfAborted();
  if (ended.failed) throw new Error(ended.stderr || ended.shortMessage);
  return ended.stdout;
}
