/** Longest wait for a daemon's answer to a question, in milliseconds. */
const patienceMs = 15_000;

/**
 * The answer to a question that takes no signal and has no limit of its own.
 *
 * @throws the signal's reason when it is aborted; Error when there is no answer within 15 s.
 */
export async function answerOf<T>(question: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const limit = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () =>
    reject(
      signal.aborted ? signal.reason : new Error(`the daemon does not answer within ${patienceMs / 1000} s`),
    );
  limit.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([question, promise]);
  } finally {
    limit.removeEventListener('abort', stop);
  }
}
