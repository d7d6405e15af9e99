import { setTimeout as sleep } from 'node:timers/promises';
import { exitCodes } from '../../core/errors.ts';

/**
 * A signal that is aborted at SIGINT, SIGTERM or SIGHUP.
 *
 * @param message printed on standard error at the first of them.
 * @param reason of the abort.
 * @param leaves whether the second one ends the process at once, with exit code 130.
 */
export function untilInterrupted({
  message,
  reason,
  leaves = false,
}: {
  message?: string;
  reason?: Error;
  leaves?: boolean;
} = {}): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (leaves && stop.signal.aborted) process.exit(exitCodes.interrupted);
      if (message !== undefined && !stop.signal.aborted) process.stderr.write(`\n${name}: ${message}\n`);
      stop.abort(reason);
    });
  }
  return stop.signal;
}

/** Keeps the process alive until the signal is aborted. Not a wait for a condition: the person decides. */
export async function untilAborted(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await sleep(1_000_000, undefined, { signal }).catch(() => {});
}
