import { setTimeout as sleep } from 'node:timers/promises';
import { broken, isAbort, messageOf } from './errors.ts';

/** The result of one check: met with a value, or not met, with what was seen instead. */
export type PollResult<T> =
  | { readonly met: true; readonly value: T }
  /** `never`: it cannot be met any more, so the wait ends at once. */
  | { readonly met: false; readonly saw: string; readonly never?: true };

export const met = <T>(value: T): PollResult<T> => ({ met: true, value });
export const notYet = (saw: string): PollResult<never> => ({ met: false, saw });
export const never = (saw: string): PollResult<never> => ({ met: false, saw, never: true });

export interface PollOptions {
  /** The phase or component that waits, for error messages. */
  readonly where: string;
  /** Longest wait, in milliseconds. */
  readonly withinMs: number;
  /** Pause between checks, in milliseconds, or what it is after a wait of so many milliseconds. Default 100. */
  readonly everyMs?: number | ((waitedMs: number) => number);
  readonly signal: AbortSignal;
  /** Called after each check that was not met, for progress. */
  readonly onNotMet?: (saw: string) => void;
  /** What to do when the time runs out. */
  readonly hint?: string;
}

/**
 * Waits until `check` is met. A check that throws counts as not met, with its message as what was seen, so that a
 * component which is still starting does not end the wait.
 *
 * @throws FiredrillError `broken` at the deadline, with what was awaited and what was last seen, or at once when a
 * check returns `never`.
 */
export async function until<T>(
  what: string,
  check: (signal: AbortSignal) => Promise<PollResult<T>> | PollResult<T>,
  options: PollOptions,
): Promise<T> {
  const { where, withinMs, everyMs = 100, signal, onNotMet, hint } = options;
  const pauseMs = typeof everyMs === 'number' ? () => everyMs : everyMs;
  const from = performance.now();
  const deadline = from + withinMs;
  let saw = 'nothing yet';
  for (;;) {
    signal.throwIfAborted();
    let found: PollResult<T>;
    try {
      found = await check(signal);
    } catch (error) {
      signal.throwIfAborted();
      found = notYet(messageOf(error));
    }
    if (found.met) return found.value;
    saw = found.saw;
    if (found.never) throw broken(where, saw, hint);
    onNotMet?.(saw);
    const now = performance.now();
    const left = deadline - now;
    if (left <= 0) {
      throw broken(where, `waited ${(withinMs / 1000).toFixed(1)} s for ${what}; last seen: ${saw}`, hint);
    }
    await sleep(Math.min(pauseMs(now - from), left), undefined, { signal }).catch((error: unknown) => {
      // The abort reason says more than the timer's error.
      signal.throwIfAborted();
      throw error;
    });
  }
}

/**
 * Waits until `check` has been met continuously for `holdMs` and reports nothing else to wait for.
 *
 * @param check when met, returns what it still waits for; that does not interrupt the hold time.
 *
 * @returns the wall time (epoch milliseconds) since when it held.
 * @throws FiredrillError `broken` at the deadline, with what last interrupted the hold time.
 */
export async function holdsFor(
  what: string,
  check: (signal: AbortSignal) => Promise<PollResult<readonly string[]>> | PollResult<readonly string[]>,
  options: PollOptions & { readonly holdMs: number },
): Promise<number> {
  const { holdMs } = options;
  let since: { mono: number; wall: number } | undefined;
  let lastInterruption = 'never met';
  return await until(
    `${what} to hold for ${(holdMs / 1000).toFixed(1)} s`,
    async (signal) => {
      let found: PollResult<readonly string[]>;
      try {
        found = await check(signal);
      } catch (error) {
        if (signal.aborted) throw error;
        found = notYet(messageOf(error));
      }
      if (!found.met) {
        since = undefined;
        lastInterruption = found.saw;
        return found;
      }
      since ??= { mono: performance.now(), wall: Date.now() };
      const held = performance.now() - since.mono;
      if (held >= holdMs && found.value.length === 0) return met(since.wall);
      return notYet(
        [`held for ${(held / 1000).toFixed(1)} s`, ...found.value, `before: ${lastInterruption}`].join('; '),
      );
    },
    options,
  );
}

/**
 * Polls every `everyMs` milliseconds until the signal aborts. A poll that throws does not end this: `failed` gets its
 * error, and the next poll follows.
 */
export async function pollUntilAborted(
  poll: () => Promise<void>,
  {
    everyMs,
    signal,
    failed,
  }: Pick<PollOptions, 'signal'> & {
    readonly everyMs: number;
    readonly failed?: (error: unknown) => void;
  },
): Promise<void> {
  while (!signal.aborted) {
    try {
      await poll();
    } catch (error) {
      if (!signal.aborted) failed?.(error);
    }
    await sleep(everyMs, undefined, { signal }).catch((error: unknown) => {
      if (!isAbort(error)) throw error;
    });
  }
}
