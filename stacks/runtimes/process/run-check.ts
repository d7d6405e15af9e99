import { execa } from 'execa';
import type { CheckResult } from '../runtime.ts';

/** Longest time that a tool may take for a configuration, milliseconds. */
const withinMs = 30_000;

/**
 * Runs a tool that checks a configuration, and ends.
 *
 * @throws the signal's reason when it is aborted.
 */
export async function runCheck(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<CheckResult> {
  const { failed, all, isCanceled } = await execa(file, args, {
    all: true,
    reject: false,
    env: { ...env },
    extendEnv: false,
    cancelSignal: signal,
    timeout: withinMs,
  });
  if (isCanceled) signal.throwIfAborted();
  return { failed, output: all ?? '' };
}
