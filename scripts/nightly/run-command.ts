import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { exitCodes } from '../../core/errors.ts';
import { endOnAbort } from '../../core/process-group.ts';

/** How long a command may take to revert its faults and stop its stacks, in milliseconds. */
const graceMs = 60_000;

/**
 * Runs a command with all its output in a file. When aborted it is asked to end as a person would ask (INT).
 *
 * @returns its exit code; that of a broken harness when it was ended by a signal.
 * @throws the operating system's error when it cannot be started.
 */
export async function runCommand(
  args: readonly string[],
  { cwd, log, signal }: { cwd: string; log: string; signal: AbortSignal },
): Promise<number> {
  signal.throwIfAborted();
  await using output = await open(log, 'w');
  // A group of its own, so that a Ctrl-C at the terminal is passed on once.
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
