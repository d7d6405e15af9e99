/**
 * Aborted when the person or the system asks us to end.
 *
 * @param says what is said then, once.
 * @param reason that of the abort.
 */
export function untilInterrupted({ says, reason }: { says?: string; reason?: Error } = {}): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (says !== undefined && !stop.signal.aborted) process.stderr.write(`\n${name}: ${says}\n`);
      stop.abort(reason);
    });
  }
  return stop.signal;
}
