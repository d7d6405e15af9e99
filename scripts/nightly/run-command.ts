import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { exitCodes } from '../../core/errors.ts';
import { endOnAbort } from '../../core/process-group.ts';

/** Time for a command to revert its faults and stop its stacks, in milliseconds. */
const graceMs = 60_000;

/**
 * Runs a command and writes its output into a file. When `signal` is aborted, the command gets SIGINT.
 *
 * @returns its exit code; that of a broken harness when a signal ended it.
 * @throws the operating system's error when it cannot be started.
 */
export async function runCommand(
  args: readonly string[],
  { cwd, log, signal }: { cwd: string; log: string; signal: AbortSignal },
): Promise<number> {
  signal.throwIfAborted();
  await using output = await open(log, 'w');
  // It has its own process group, so that it gets the SIGINT of a Ctrl-C at the terminal only once.
  const child = spawn(process.execPath, args, {
    cwd,
    detached: true,
    stdio: ['ignore', output.fd, output.fd],
  });
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
  using _ = endOnAbort(signal, (name) => child.kill(name), 'SIGINT', graceMs);
  const [code] = await ended;
  return code ?? exitCodes.broken;
}
