import { setTimeout as sleep } from 'node:timers/promises';
import { broken, isAbort, messageOf } from './errors.ts';

/** What one look at a condition found: met with a value, or not yet, and what was seen instead. */
export type Look<T> =
  | { readonly met: true; readonly value: T }
  /** `never`: it cannot be met any more, so waiting on would be in vain. */
  | { readonly met: false; readonly saw: string; readonly never?: true };

export const met = <T>(value: T): Look<T> => ({ met: true, value });
export const notYet = (saw: string): Look<never> => ({ met: false, saw });
export const never = (saw: string): Look<never> => ({ met: false, saw, never: true });

export interface PollOptions {
  /** Who is waiting, for the error: a phase or a component. */
  readonly where: string;
  /** Longest wait, in milliseconds. */
  readonly withinMs: number;
  /** Pause between looks, in milliseconds. Default 100. */
  readonly everyMs?: number;
  readonly signal: AbortSignal;
  /** Told of each look that was not met, for progress. */
  readonly onLook?: (saw: string) => void;
  /** What to do when the time runs out. */
  readonly hint?: string;
}

/**
 * Waits until `look` is met. A look that throws counts as not met, with the message as what was seen, so
 * that a component which is still starting does not end the wait.
 *
 * @throws FiredrillError `broken` at the deadline, naming what was awaited and what was last seen, or at once
 * when a look says never.
 */
export async function until<T>(
  what: string,
  look: (signal: AbortSignal) => Promise<Look<T>> | Look<T>,
  options: PollOptions,
): Promise<T> {
  const { where, withinMs, everyMs = 100, signal, onLook, hint } = options;
  const deadline = performance.now() + withinMs;
  let saw = 'nothing yet';
  for (;;) {
    signal.throwIfAborted();
    let found: Look<T>;
    try {
      found = await look(signal);
    } catch (error) {
      signal.throwIfAborted();
      found = notYet(messageOf(error));
    }
    if (found.met) return found.value;
    saw = found.saw;
    if (found.never) throw broken(where, saw, hint);
    onLook?.(saw);
    const left = deadline - performance.now();
    if (left <= 0) {
      throw broken(where, `waited ${(withinMs / 1000).toFixed(1)} s for ${what}; last seen: ${saw}`, hint);
    }
    await sleep(Math.min(everyMs, left), undefined, { signal }).catch((error: unknown) => {
      // The abort's own reason says more than the timer's.
      signal.throwIfAborted();
      throw error;
    });
  }
}

/**
 * Waits until `look` has been met without a break for `holdMs`, and awaits nothing more.
 *
 * @param look when met, with what it still awaits; that does not break the stretch.
 *
 * @returns the wall time (epoch milliseconds) from which it held.
 * @throws FiredrillError `broken` at the deadline, naming what last broke the stretch.
 */
export async function holdsFor(
  what: string,
  look: (signal: AbortSignal) => Promise<Look<readonly string[]>> | Look<readonly string[]>,
  options: PollOptions & { readonly holdMs: number },
): Promise<number> {
  const { holdMs } = options;
  let since: { mono: number; wall: number } | undefined;
  let lastBreak = 'never met';
  return await until(
    `${what} to hold for ${(holdMs / 1000).toFixed(1)} s`,
    async (signal) => {
      let found: Look<readonly string[]>;
      try {
        found = await look(signal);
      } catch (error) {
        if (signal.aborted) throw error;
        found = notYet(messageOf(error));
      }
      if (!found.met) {
        since = undefined;
        lastBreak = found.saw;
        return found;
      }
      since ??= { mono: performance.now(), wall: Date.now() };
      const held = performance.now() - since.mono;
      if (held >= holdMs && found.value.length === 0) return met(since.wall);
      return notYet(
        [`held for ${(held / 1000).toFixed(1)} s`, ...found.value, `before: ${lastBreak}`].join('; '),
      );
    },
    options,
  );
}

/**
 * Looks every `everyMs` milliseconds until the signal aborts. A look that throws does not end this: `failed` is told, and
 * the next look makes up for it.
 */
export async function lookUntilAborted(
  look: () => Promise<void>,
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
      await look();
    } catch (error) {
      if (!signal.aborted) failed?.(error);
    }
    await sleep(everyMs, undefined, { signal }).catch((error: unknown) => {
      if (!isAbort(error)) throw error;
    });
  }
}
