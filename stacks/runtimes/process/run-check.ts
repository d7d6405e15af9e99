import { basename } from 'node:path';
import { execa } from 'execa';
import { broken } from '../../../core/errors.ts';
import { type CheckResult, checkWithinMs } from '../runtime.ts';

/**
 * Runs a tool that checks a configuration, and ends.
 *
 * @param withinMs longest time that it may take for a configuration, milliseconds.
 * @throws the signal's reason when it is aborted; FiredrillError `broken` when it takes longer: it has said nothing of the
 * configuration then.
 */
export async function runCheck(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
  withinMs = checkWithinMs,
): Promise<CheckResult> {
  const { failed, all, isCanceled, timedOut } = await execa(file, args, {
    all: true,
    reject: false,
    env: { ...env },
    extendEnv: false,
    cancelSignal: signal,
    timeout: withinMs,
  });
  if (isCanceled) signal.throwIfAborted();
  if (timedOut)
    throw broken(basename(file), `was not done within ${withinMs / 1000} s: the machine is too busy`);
  return { failed, output: all ?? '' };
}
