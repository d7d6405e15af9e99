import { execa } from 'execa';
import { messageOf } from '../../core/errors.ts';
import type { ReadyStack } from '../stack/ready-stack.ts';
import { reachable } from './reachable.ts';

const withinMs = 60_000;
const toldLines = 10;

/**
 * Runs a command of the user. `pod:port` in its arguments becomes the address on this machine.
 *
 * @param directory its working directory.
 * @throws Error with the end of its output if it cannot be run, fails, or takes longer than 60 s.
 */
export async function runCommand(
  command: readonly string[],
  stack: Pick<ReadyStack, 'components' | 'url'>,
  directory: string,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  const [file = '', ...args] = command.map((text) => reachable(text, stack));
  try {
    await execa(file, args, {
      cwd: directory,
      env: { ...env },
      extendEnv: false,
      stdin: 'ignore',
      all: true,
      timeout: withinMs,
      cancelSignal: signal,
    });
  } catch (error) {
    signal.throwIfAborted();
    const { all = '', exitCode, timedOut } = error as { all?: string; exitCode?: number; timedOut?: boolean };
    const how = timedOut
      ? `did not end within ${withinMs / 1000} s`
      : exitCode === undefined
        ? messageOf(error)
        : `ended with exit code ${exitCode}`;
    const output = all.trim().split('\n').slice(-toldLines).join('\n');
    throw new Error([`${command.join(' ')} ${how}`, ...(output === '' ? [] : [output])].join(':\n'), {
      cause: error,
    });
  }
}
