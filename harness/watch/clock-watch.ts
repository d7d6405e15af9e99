import type { Clock } from '../../core/record.ts';

const everyMs = 500;
/** Of clocks that are slewed, some seconds differ by less; what is measured is in seconds. */
const worthMs = 250;
/** A clock is compared with how it stood so long ago: also a fast slew changes what is measured. */
const overMs = 10_000;
/** Between the two readings of one look nothing else may have run. */
const apartMs = 5;

/** Both clocks at one moment: wall time, and the one that only runs forward. */
export interface ClockLook {
  readonly at: number;
  readonly monotonicMs: number;
}

const offsetOf = ({ at, monotonicMs }: ClockLook) => at - monotonicMs;

/**
 * Finds the jumps of wall time. A machine that slept counts: the other clock stood still.
 *
 * @param clock gets them, and how far wall time has moved altogether.
 */
export function clockSteps(clock: Clock, first: ClockLook): (look: ClockLook) => void {
  let recent = [first];
  return (look) => {
    clock.driftMs = offsetOf(look) - offsetOf(first);
    recent = recent.filter(
      (one, i) => i === recent.length - 1 || look.monotonicMs - one.monotonicMs <= overMs,
    );
    const [oldest = first] = recent;
    const byMs = offsetOf(look) - offsetOf(oldest);
    if (Math.abs(byMs) >= worthMs) {
      const before = recent.at(-1) ?? oldest;
      const atOnce = Math.abs(offsetOf(look) - offsetOf(before)) >= Math.abs(byMs) / 2;
      const from = atOnce ? before : oldest;
      clock.steps.push({ from: from.at, to: look.at, byMs, monotonicMs: look.monotonicMs });
      recent = [];
    }
    recent.push(look);
  };
}

/** Both clocks now; `undefined` when something else ran between the two readings. */
function readClocks(): ClockLook | undefined {
  const before = performance.now();
  const at = Date.now();
  const monotonicMs = performance.now();
  return monotonicMs - before <= apartMs ? { at, monotonicMs } : undefined;
}

/** Watches the machine's clock until it is disposed of; the record shares what it finds. */
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
