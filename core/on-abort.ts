/** Calls `act` when the signal is aborted, or at once if it is already, until disposed of. */
export function onAbort(signal: AbortSignal, act: () => void): Disposable {
  if (signal.aborted) act();
  else signal.addEventListener('abort', act, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener('abort', act) };
}

/**
 * Waits for `work` or for the abort of the signal, whichever comes first. After an abort the work goes on, and its
 * result is dropped.
 *
 * @throws the signal's reason.
 */
export async function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  // The promise that loses the race must not cause an unhandled rejection.
  for (const promise of [work, aborted.promise]) promise.catch(() => {});
  using _ = onAbort(signal, () => aborted.reject(signal.reason));
  return await Promise.race([aborted.promise, work]);
}
