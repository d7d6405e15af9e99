import { execa } from 'execa';
import { onAbort } from '../../../core/on-abort.ts';
import { met, notYet, type PollResult } from '../../../core/poll.ts';
import { signalProcessGroup } from '../../../core/process-group.ts';

/** Time that one run of a command that tells of readiness may take, in milliseconds. */
export const runWithinMs = 10_000;
const toldLines = 3;

/**
 * Runs the command that tells whether a component is ready. Nothing that it has started outlives it.
 *
 * @returns met if its exit code is 0; otherwise how it ended, with its last lines.
 */
export async function checkReadyCommand(
  command: readonly string[],
  directory: string,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
  withinMs = runWithinMs,
): Promise<PollResult<true>> {
  const [file = '', ...args] = command;
  const subprocess = execa(file, args, {
    cwd: directory,
    env: { ...env },
    extendEnv: false,
    detached: true,
    cleanup: false,
    reject: false,
    stdin: 'ignore',
    all: true,
  });
  const { pid } = subprocess;
  const end = () => {
    if (pid !== undefined) signalProcessGroup(pid, 'SIGKILL');
  };
  const late = AbortSignal.timeout(withinMs);
  using _ = onAbort(AbortSignal.any([signal, late]), end);
  // What it has left in its group may hold its output open.
  subprocess.nodeChildProcess.once('exit', end);
  const { exitCode, all, originalMessage } = await subprocess;
  signal.throwIfAborted();
  const name = command.join(' ');
  if (late.aborted) return notYet(`${name} did not end within ${withinMs / 1000} s`);
  if (pid === undefined) return notYet(`${name} cannot be run: ${originalMessage}`);
  return readyByExit(command, exitCode, all);
}

/** @param exitCode `undefined`: a signal has ended the command. */
export function readyByExit(
  command: readonly string[],
  exitCode: number | undefined,
  output: string,
): PollResult<true> {
  if (exitCode === 0) return met(true);
  const said = output.trim().split('\n').slice(-toldLines).join('\n');
  const how = exitCode === undefined ? 'was ended by a signal' : `ended with exit code ${exitCode}`;
  return notYet([`${command.join(' ')} ${how}`, ...(said === '' ? [] : [said])].join(': '));
}
