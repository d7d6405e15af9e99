/**
 * A signal that is aborted at SIGINT, SIGTERM or SIGHUP.
 *
 * @param message printed on standard error at the first of them.
 * @param reason of the abort.
 */
export function untilInterrupted({
  message,
  reason,
}: {
  message?: string;
  reason?: Error;
} = {}): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (message !== undefined && !stop.signal.aborted) process.stderr.write(`\n${name}: ${message}\n`);
      stop.abort(reason);
    });
  }
  return stop.signal;
}
