import { orAbort } from '../../core/on-abort.ts';

/** Time limit of a request to a daemon, in milliseconds. */
const limitMs = 15_000;

/**
 * Limits the time of a daemon request that accepts no signal.
 *
 * @throws the signal's reason if it is aborted; Error without a response within 15 s.
 */
export async function withDaemonTimeout<T>(request: Promise<T>, signal: AbortSignal): Promise<T> {
  const limit = AbortSignal.timeout(limitMs);
  try {
    return await orAbort(request, AbortSignal.any([signal, limit]));
  } catch (error) {
    if (error !== limit.reason || signal.aborted) throw error;
    throw new Error(`the daemon does not answer within ${limitMs / 1000} s`);
  }
}
