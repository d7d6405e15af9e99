import { join } from 'node:path';
import { met, notYet, until } from '../../core/poll.ts';
import type { StackName } from '../../core/scenario.ts';
import { type Lock, tryLock } from '../../stacks/toolchain/locks.ts';
import { project } from './cli.ts';

/**
 * How many places there are for the drills of all test files: as many as two processors bear without being late. Drills
 * mostly hold their fault or wait for a page, and only one starts at a time.
 */
const places = 6;

/** How many of them a drill takes: on the small stack it is busy with a third of a processor, on the full one with twice that. */
export const placesFor = (stack: StackName): number => (stack === 'full' ? 2 : 1);

const patienceMs = 3_600_000;

/**
 * Takes places between processes. Whoever does so must be the only one at it: two who have some each and wait for
 * more would wait for ever.
 *
 * @returns what gives them back.
 */
export async function takePlaces(count: number, signal: AbortSignal): Promise<() => Promise<void>> {
  const taken: Lock[] = [];
  const giveBack = async () => void (await Promise.all(taken.map((lock) => lock.release())));
  try {
    await until(
      `${count} places for a drill`,
      async () => {
        for (let i = 1; i <= places && taken.length < count; i += 1) {
          const lock = await tryLock(join(project, '.firedrill', `drill-place-${i}`));
          if (lock) taken.push(lock);
        }
        return taken.length === count ? met(true) : notYet(`${taken.length} are free`);
      },
      { where: 'the start of a drill', withinMs: patienceMs, everyMs: 200, signal },
    );
  } catch (error) {
    await giveBack();
    throw error;
  }
  return giveBack;
}
