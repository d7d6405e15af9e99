import { cpus } from 'node:os';
import type { Machine } from '../../core/record.ts';

const everyMs = 500;
/** With a smaller share of their time idle, the processors have none to spare. */
const spareShare = 0.05;
/** Shorter stretches are the pulse of any stack: a scrape, an evaluation, a garbage collection. */
const worthMs = 2_000;

/** A look at the processors: what they have idled since the machine began, together. Milliseconds. */
export interface Look {
  readonly at: number;
  readonly idleMs: number;
}

/**
 * Finds the stretches in which a machine had no time to spare: what is slow then may be slow for want of a processor.
 * Time in which the machine itself stood still is none that it idled.
 *
 * @param machine gets them, also while they go on.
 */
export function busyStretches(machine: Machine, first: Look): (look: Look) => void {
  let before = first;
  let current: Machine['busy'][number] | undefined;
  return (look) => {
    const { at: from } = before;
    const couldIdle = (look.at - from) * machine.processors;
    const idle = look.idleMs - before.idleMs;
    // A clock that was set back tells nothing.
    if (couldIdle <= 0) return;
    before = look;
    if (idle / couldIdle >= spareShare) {
      current = undefined;
      return;
    }
    current ??= { from, to: from };
    current.to = look.at;
    if (current.to - current.from >= worthMs && machine.busy.at(-1) !== current) machine.busy.push(current);
  };
}

/** Watches the machine until it is disposed of; the record shares what it finds. */
export function watchMachine(): Disposable & { readonly machine: Machine } {
  const look = (): Look => ({
    at: Date.now(),
    idleMs: cpus().reduce((sum, { times }) => sum + times.idle, 0),
  });
  const machine: Machine = { processors: cpus().length, busy: [] };
  const seen = busyStretches(machine, look());
  const timer = setInterval(() => seen(look()), everyMs);
  timer.unref();
  return { machine, [Symbol.dispose]: () => clearInterval(timer) };
}
