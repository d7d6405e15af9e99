import type { StackName } from '../../core/scenario.ts';
import { limitConcurrency } from './limit-concurrency.ts';
import { lockStarts } from './lock-starts.ts';
import { slotsFor, takeSlots, totalSlots } from './slots.ts';

/** Starts a drill, which calls `started` when every component of its stack is ready. */
export type StartDrill<T> = (started: () => void) => Promise<T>;

/** Runs a drill on this stack as soon as it may start; `alone` runs it when all other drills have ended. */
export type RunStaggered = <T>(
  stack: StackName,
  drill: StartDrill<T>,
  how?: { readonly alone: boolean },
) => Promise<T>;

/**
 * Limits how many drills run at once, together with those of other test files, and starts one at a time. A start uses all
 * processors; two at once would slow down the services so far that their alerts fire. The next one may start while this one
 * warms up, which takes as long as a start and uses little.
 *
 * @param signal ends the waiting.
 */
export function staggerDrills(atOnce: number, signal: AbortSignal): RunStaggered {
  const runLimited = limitConcurrency(atOnce);
  const runOneAtATime = limitConcurrency(1);
  const start = <T>(work: () => Promise<T>) =>
    runOneAtATime(async () => {
      const lock = await lockStarts(signal);
      try {
        return await work();
      } finally {
        await lock.release();
      }
    });
  return (stack, drill, { alone } = { alone: false }) =>
    runLimited(async () => {
      const { promise: started, resolve } = Promise.withResolvers<void>();
      const running = await start(async () => {
        const release = await takeSlots(alone ? totalSlots : slotsFor(stack), signal);
        const done = releaseAfter(drill(resolve), release);
        await Promise.race([started, done.catch(() => {})]);
        // Wrapped in an object, because returning the promise itself would wait for the drill.
        return { done };
      });
      return await running.done;
    });
}

async function releaseAfter<T>(drill: Promise<T>, giveBack: () => Promise<void>): Promise<T> {
  try {
    return await drill;
  } finally {
    await giveBack();
  }
}
