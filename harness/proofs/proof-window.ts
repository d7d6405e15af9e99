import { met, notYet, until } from '../../core/poll.ts';
import type { FaultWindow } from '../../core/record.ts';

/** The fault from its injection to its revert, as it was measured. */
export type ProofWindow = FaultWindow & { readonly revertedAt: number };

/** Longest wait for what is on its way to Loki or Tempo, in milliseconds. */
const defaultWithinMs = 30_000;

/**
 * Reads until all is there, or the time is over; then what there is. Nothing is missing by mistake: a read that
 * fails is no look, and the last of them must be one.
 *
 * @param missing what is not there yet, for the progress; `undefined` when all is.
 * @throws FiredrillError `broken` when the last read failed.
 */
export async function readWhole<T>(
  what: string,
  read: () => Promise<T>,
  missing: (value: T) => string | undefined,
  {
    signal,
    onLook,
    withinMs = defaultWithinMs,
  }: { signal: AbortSignal; onLook?: (saw: string) => void; withinMs?: number },
): Promise<T> {
  let last: { readonly value: T } | undefined;
  const look = async () => {
    last = undefined;
    const value = await read();
    last = { value };
    const saw = missing(value);
    return saw === undefined ? met(value) : notYet(saw);
  };
  try {
    return await until(what, look, {
      where: 'collect evidence',
      withinMs,
      everyMs: 500,
      signal,
      ...(onLook ? { onNotMet: onLook } : {}),
    });
  } catch (error) {
    signal.throwIfAborted();
    if (!last) throw error;
    return last.value;
  }
}
