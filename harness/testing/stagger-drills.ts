import type { StackName } from '../../core/scenario.ts';
import { atMost } from './at-most.ts';
import { lockStarts } from './lock-starts.ts';
import { placesFor, takePlaces } from './places.ts';

/** A drill that tells when its stack has been started and warmed up, by calling `warm`. */
export type Warming<T> = (warm: () => void) => Promise<T>;

/** Runs a drill on such a stack when its turn comes. */
export type Staggered = <T>(stack: StackName, drill: Warming<T>) => Promise<T>;

/**
 * Limits how many drills run at once, together with those of other test files, and starts one at a time. A start takes
 * every processor there is; two at once would slow the services so far that their alerts fire.
 *
 * @param signal ends the wait for them.
 */
export function staggered(atOnce: number, signal: AbortSignal): Staggered {
  const turn = atMost(atOnce);
  const one = atMost(1);
  const start = <T>(work: () => Promise<T>) =>
    one(async () => {
      const lock = await lockStarts(signal);
      try {
        return await work();
      } finally {
        await lock.release();
      }
    });
  return (stack, drill) =>
    turn(async () => {
      const { promise: warm, resolve } = Promise.withResolvers<void>();
      const running = await start(async () => {
        const giveBack = await takePlaces(placesFor(stack), signal);
        const done = drilled(drill(resolve), giveBack);
        await Promise.race([warm, done.catch(() => {})]);
        // Wrapped: it has only been started.
        return { done };
      });
      return await running.done;
    });
}

async function drilled<T>(drill: Promise<T>, giveBack: () => Promise<void>): Promise<T> {
  try {
    return await drill;
  } finally {
    await giveBack();
  }
}
