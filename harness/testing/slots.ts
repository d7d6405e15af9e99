import { join } from 'node:path';
import { met, notYet, until } from '../../core/poll.ts';
import type { StackName } from '../../core/scenario.ts';
import { type ProcessLock, tryLock } from '../../stacks/toolchain/locks.ts';
import { project } from './cli.ts';

/**
 * The number of slots for the drills of all test files: as many as two processors can run without delays. Drills mostly
 * wait, and only one starts at a time.
 */
export const totalSlots = 5;

/** The slots that a drill takes: on `metrics` it uses a fifth of a processor, on `full` twice that. */
export const slotsFor = (stack: StackName): number => (stack === 'full' ? 2 : 1);

const maxWaitMs = 3_600_000;

/**
 * Takes slots, which all processes share. Only one process may call this at a time: two processes that each have some of
 * the slots and wait for more would wait forever.
 *
 * @returns a function that releases the slots.
 */
export async function takeSlots(count: number, signal: AbortSignal): Promise<() => Promise<void>> {
  const taken: ProcessLock[] = [];
  const release = async () => void (await Promise.all(taken.map((lock) => lock.release())));
  try {
    await until(
      `${count} slots for a drill`,
      async () => {
        for (let i = 1; i <= totalSlots && taken.length < count; i += 1) {
          const lock = await tryLock(join(project, '.firedrill', `drill-slot-${i}`));
          if (lock) taken.push(lock);
        }
        return taken.length === count ? met(true) : notYet(`${taken.length} are free`);
      },
      { where: 'the start of a drill', withinMs: maxWaitMs, everyMs: 200, signal },
    );
  } catch (error) {
    await release();
    throw error;
  }
  return release;
}
