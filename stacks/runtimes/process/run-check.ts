import { basename } from 'node:path';
import { execa } from 'execa';
import { broken } from '../../../core/errors.ts';
import { type CheckResult, checkWithinMs } from '../runtime.ts';

/**
 * Runs a tool that checks a configuration.
 *
 * @param withinMs time limit, in milliseconds.
 * @throws the signal's reason if it is aborted; FiredrillError `broken` if it exceeds the limit, which says nothing
 * about the configuration.
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
    throw broken(basename(file), `did not finish within ${withinMs / 1000} s: the machine is too busy`);
  return { failed, output: all ?? '' };
}
