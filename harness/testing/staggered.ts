import { join } from 'node:path';
import { lockWhenFree } from '../../stacks/toolchain/locks.ts';
import { atMost } from './at-most.ts';
import { project } from './cli.ts';

/** A drill that tells when its stack has been started and warmed up, by calling `warm`. */
export type Warming<T> = (warm: () => void) => Promise<T>;

/**
 * Lets so many drills run at once, of which one is being started: a start takes every processor there is, and what
 * is slow only because its neighbour starts would be noticed by the alerts that are drilled. Other test files' drills
 * are such neighbours too.
 *
 * @param signal ends the wait for them.
 */
export function staggered(places: number, signal: AbortSignal): <T>(drill: Warming<T>) => Promise<T> {
  const turn = atMost(places);
  const one = atMost(1);
  const start = (work: () => Promise<void>) =>
    one(async () => {
      const lock = await lockWhenFree(join(project, '.firedrill', 'starting-drill'), {
        where: 'the start of a drill',
        signal,
      });
      try {
        await work();
      } finally {
        await lock.release();
      }
    });
  return (drill) =>
    turn(async () => {
      const { promise: warm, resolve } = Promise.withResolvers<void>();
      let running: ReturnType<typeof drill> | undefined;
      await start(async () => {
        running = drill(resolve);
        await Promise.race([warm, running.catch(() => {})]);
      });
      if (!running) throw new Error('the drill was not started');
      return await running;
    });
}
