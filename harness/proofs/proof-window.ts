import { met, notYet, until } from '../../core/poll.ts';
import type { FaultWindow } from '../../core/record.ts';

/** The window of a fault that was reverted. */
export type ProofWindow = FaultWindow & { readonly revertedAt: number };

/** The longest wait for lines and spans that are on their way to Loki or Tempo, in milliseconds. */
const defaultWithinMs = 30_000;

/**
 * Reads repeatedly until everything has arrived. When the time is over, returns the value of the last read.
 *
 * @param missing describes what has not arrived yet, for the progress; `undefined` when everything has.
 * @throws FiredrillError `broken` when the last read failed, because data would then seem to be missing.
 */
export async function readUntilComplete<T>(
  what: string,
  read: () => Promise<T>,
  missing: (value: T) => string | undefined,
  {
    signal,
    onNotMet,
    withinMs = defaultWithinMs,
  }: { signal: AbortSignal; onNotMet?: (saw: string) => void; withinMs?: number },
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
      ...(onNotMet ? { onNotMet } : {}),
    });
  } catch (error) {
    signal.throwIfAborted();
    if (!last) throw error;
    return last.value;
  }
}
