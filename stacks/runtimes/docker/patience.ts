/** @throws the signal's reason as soon as it is aborted; the work goes on, and its outcome is dropped. */
export async function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const over = Promise.withResolvers<never>();
  const end = () => over.reject(signal.reason);
  signal.addEventListener('abort', end, { once: true });
  try {
    signal.throwIfAborted();
    return await Promise.race([work, over.promise]);
  } finally {
    signal.removeEventListener('abort', end);
    // Whichever is left behind has nobody to fail for.
    for (const left of [work, over.promise]) left.catch(() => {});
  }
}

/** Whether the work was done within that time, whatever its outcome. */
export const isDoneWithin = async (ms: number, work: Promise<unknown>): Promise<boolean> =>
  await orAbort(
    work.then(
      () => true,
      () => true,
    ),
    AbortSignal.timeout(ms),
  ).catch(() => false);
