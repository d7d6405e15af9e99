import type { Clock } from '../../core/record.ts';

const everyMs = 500;
/** Smaller steps are ignored: a slewed clock differs by less over some seconds, and measured times are seconds long. */
const minStepMs = 250;
/** The clock is compared with its reading of this long ago, so that a fast slew is found as well. */
const compareOverMs = 10_000;
/** The two clocks must be read within this time of each other. A longer gap means that another process ran in between. */
const maxReadingGapMs = 5;

/** Wall time (epoch milliseconds) and monotonic time (`performance.now()`), read at the same moment. */
export interface ClockReading {
  readonly at: number;
  readonly monotonicMs: number;
}

const offsetOf = ({ at, monotonicMs }: ClockReading) => at - monotonicMs;

/**
 * Finds steps of wall time against monotonic time. A suspended machine counts as a step, because monotonic time stops.
 *
 * @param clock receives the steps and the total drift.
 */
export function clockSteps(clock: Clock, first: ClockReading): (look: ClockReading) => void {
  let recent = [first];
  return (look) => {
    clock.driftMs = offsetOf(look) - offsetOf(first);
    recent = recent.filter(
      (one, i) => i === recent.length - 1 || look.monotonicMs - one.monotonicMs <= compareOverMs,
    );
    const [oldest = first] = recent;
    const byMs = offsetOf(look) - offsetOf(oldest);
    if (Math.abs(byMs) >= minStepMs) {
      const before = recent.at(-1) ?? oldest;
      const atOnce = Math.abs(offsetOf(look) - offsetOf(before)) >= Math.abs(byMs) / 2;
      const from = atOnce ? before : oldest;
      clock.steps.push({ from: from.at, to: look.at, byMs, monotonicMs: look.monotonicMs });
      recent = [];
    }
    recent.push(look);
  };
}

/** Reads both clocks; `undefined` when another process ran between the two readings. */
function readClocks(): ClockReading | undefined {
  const before = performance.now();
  const at = Date.now();
  const monotonicMs = performance.now();
  return monotonicMs - before <= maxReadingGapMs ? { at, monotonicMs } : undefined;
}

/** Watches the machine's clock until disposed. `clock` is updated in place, so the record that contains it is up to date. */
export function watchClock(): Disposable & { readonly clock: Clock } {
  const clock: Clock = { steps: [], driftMs: 0 };
  const seen = clockSteps(clock, { at: Date.now(), monotonicMs: performance.now() });
  const timer = setInterval(() => {
    const look = readClocks();
    if (look) seen(look);
  }, everyMs);
  timer.unref();
  return { clock, [Symbol.dispose]: () => clearInterval(timer) };
}
