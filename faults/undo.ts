import { broken, messageOf } from '../core/errors.ts';

const attempts = 3;

/** Words of a command as a shell takes them. */
export const shellText = (words: readonly string[]): string =>
  words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');

/**
 * Tries several times to undo a fault, until the signal is aborted.
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
      last = error;
      if (signal.aborted) break;
    }
  }
  throw broken(
    'fault: revert',
    `the fault is not undone: ${messageOf(last)}`,
    `undo it by hand: ${byHand}`,
    last,
  );
}
