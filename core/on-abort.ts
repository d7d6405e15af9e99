/** Acts once the signal is aborted, at once where it is already; no more when disposed of. */
export function onAbort(signal: AbortSignal, act: () => void): Disposable {
  if (signal.aborted) act();
  else signal.addEventListener('abort', act, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener('abort', act) };
}

/** @throws the signal's reason as soon as it is aborted; the work goes on, and its outcome is dropped. */
export async function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const over = Promise.withResolvers<never>();
  // Whichever is left behind has nobody to fail for.
  for (const left of [work, over.promise]) left.catch(() => {});
  using _ = onAbort(signal, () => over.reject(signal.reason));
  return await Promise.race([over.promise, work]);
}
