import { expect } from 'chai';
import { met, notYet, until } from '../../core/poll.ts';
import type { Clock } from '../../core/record.ts';
import { clockSteps, watchClock } from './clock-watch.ts';

/** Reads the clock every half second. The function returns by how much the clock is wrong at that second. */
function watched(offBy: (second: number) => number, seconds = 60): Clock {
  const clock: Clock = { steps: [], driftMs: 0 };
  const at = (second: number) => ({ at: 1e12 + 1000 * second + offBy(second), monotonicMs: 1000 * second });
  const seen = clockSteps(clock, at(0));
  for (let second = 0.5; second <= seconds; second += 0.5) seen(at(second));
  return clock;
}

describe('the watch of the clock', () => {
  it('finds a jump in either direction, once, and when', () => {
    for (const byMs of [-6_000, 6_000, 300]) {
      const { steps, driftMs } = watched((second) => (second < 30 ? 0 : byMs));
      expect(steps.map((step) => step.byMs)).to.deep.equal([byMs]);
      expect(steps[0]?.from).to.equal(1e12 + 29_500);
      expect(steps[0]?.to).to.equal(1e12 + 30_000 + byMs);
      expect(driftMs).to.equal(byMs);
    }
  });

  it('finds each of several jumps', () => {
    const { steps } = watched((second) => (second < 10 ? 0 : second < 40 ? 2_000 : -1_000));
    expect(steps.map(({ byMs }) => byMs)).to.deep.equal([2_000, -3_000]);
  });

  it('tolerates a slow slew, and finds a fast one, which changes measured times', () => {
    const slow = watched((second) => second * 0.5, 1_200);
    expect(slow.steps).to.deep.equal([]);
    expect(slow.driftMs).to.equal(600);
    const fast = watched((second) => second * 50);
    expect(fast.steps.length).to.be.greaterThan(0);
    // The whole time of the slew.
    expect(fast.steps[0]?.from).to.equal(1e12);
  });

  it('reads the clocks of this machine', async () => {
    using watch = watchClock();
    const { clock } = watch;
    await until('a look', () => (clock.driftMs === 0 ? notYet('none yet') : met(true)), {
      where: 'test',
      withinMs: 10_000,
      signal: AbortSignal.timeout(15_000),
    });
    expect(Math.abs(clock.driftMs)).to.be.lessThan(250);
  });
});
