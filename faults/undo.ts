import { broken, messageOf } from '../core/errors.ts';

const attempts = 3;

/**
 * Tries several times to undo a fault.
 *
 * @param byHand what a person can do if it fails.
 * @throws FiredrillError `broken` with the last failure and `byHand`.
 */
export async function undo(work: () => Promise<void>, byHand: string, signal: AbortSignal): Promise<void> {
  let last: unknown;
  for (let nth = 0; nth < attempts; nth += 1) {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      last = error;
    }
  }
  throw broken(
    'fault: revert',
    `the fault is not undone: ${messageOf(last)}`,
    `undo it by hand: ${byHand}`,
    last,
  );
}
