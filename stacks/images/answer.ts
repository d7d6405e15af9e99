import { orAbort } from '../../core/on-abort.ts';

/** Longest wait for a daemon's answer to a question, in milliseconds. */
const patienceMs = 15_000;

/**
 * The answer to a question that takes no signal and has no limit of its own.
 *
 * @throws the signal's reason when it is aborted; Error when there is no answer within 15 s.
 */
export async function answerOf<T>(question: Promise<T>, signal: AbortSignal): Promise<T> {
  const limit = AbortSignal.timeout(patienceMs);
  try {
    return await orAbort(question, AbortSignal.any([signal, limit]));
  } catch (error) {
    if (error !== limit.reason || signal.aborted) throw error;
    throw new Error(`the daemon does not answer within ${patienceMs / 1000} s`);
  }
}
