import { cpus } from 'node:os';
import type { Machine } from '../../core/record.ts';

const everyMs = 500;
/** The machine counts as busy while its processors are idle for a smaller share of the time. */
const spareShare = 0.05;
/** Shorter busy stretches are normal on any stack: a scrape, an evaluation, a garbage collection. */
const minStretchMs = 2_000;

/** Total idle time of all processors since the machine started, in milliseconds, and when it was read (epoch milliseconds). */
export interface IdleReading {
  readonly at: number;
  readonly idleMs: number;
}

/**
 * Finds stretches in which the machine was busy, so that slowness may be caused by a lack of processors. Time in which the
 * machine was suspended counts as busy.
 *
 * @param machine receives the stretches. A stretch that has not ended is updated in place.
 */
export function busyStretches(machine: Machine, first: IdleReading): (look: IdleReading) => void {
  let before = first;
  let current: Machine['busy'][number] | undefined;
  return (look) => {
    const { at: from } = before;
    const couldIdle = (look.at - from) * machine.processors;
    const idle = look.idleMs - before.idleMs;
    before = look;
    // If the clock was set back, this interval cannot be measured.
    if (couldIdle <= 0 || idle / couldIdle >= spareShare) {
      current = undefined;
      return;
    }
    current ??= { from, to: from };
    current.to = look.at;
    if (current.to - current.from >= minStretchMs && machine.busy.at(-1) !== current)
      machine.busy.push(current);
  };
}

/** Watches the machine until disposed. `machine` is updated in place, so the record that contains it is up to date. */
export function watchMachine(): Disposable & { readonly machine: Machine } {
  const look = (): IdleReading => ({
    at: Date.now(),
    idleMs: cpus().reduce((sum, { times }) => sum + times.idle, 0),
  });
  const machine: Machine = { processors: cpus().length, busy: [] };
  const seen = busyStretches(machine, look());
  const timer = setInterval(() => seen(look()), everyMs);
  timer.unref();
  return { machine, [Symbol.dispose]: () => clearInterval(timer) };
}
