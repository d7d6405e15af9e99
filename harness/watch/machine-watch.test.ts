import { Worker } from 'node:worker_threads';
import { expect } from 'chai';
import { met, notYet, until } from '../../core/poll.ts';
import type { Machine } from '../../core/record.ts';
import { busyStretches, watchMachine } from './machine-watch.ts';

/** Reads two processors every 500 ms, which were idle for these shares (0 to 1) of each interval. */
function watched(...idle: readonly number[]): Machine['busy'] {
  const machine: Machine = { processors: 2, busy: [] };
  const see = busyStretches(machine, { at: 0, idleMs: 7 });
  let idleMs = 7;
  for (const [i, share] of idle.entries()) {
    idleMs += share * 1000;
    see({ at: (i + 1) * 500, idleMs });
  }
  return machine.busy;
}

describe('stretches in which the machine was busy', () => {
  it('last two seconds or more', () => {
    expect(watched(0.5, 0, 0, 0.04, 0, 0, 0.5)).to.deep.equal([{ from: 500, to: 3000 }]);
    expect(watched(0.5, 0, 0, 0, 0.5)).to.deep.equal([]);
  });

  it('end when a processor was idle, and begin again', () => {
    expect(watched(0, 0, 0, 0, 0.05, 0, 0, 0, 0, 0)).to.deep.equal([
      { from: 0, to: 2000 },
      { from: 2500, to: 5000 },
    ]);
    expect(watched(0, 0, 0.06, 0, 0, 0.06)).to.deep.equal([]);
  });

  it('include the time in which the machine was suspended', () => {
    const machine: Machine = { processors: 2, busy: [] };
    const see = busyStretches(machine, { at: 0, idleMs: 0 });
    see({ at: 5_000, idleMs: 300 });
    expect(machine.busy).to.deep.equal([{ from: 0, to: 5_000 }]);
  });

  it('ignore a clock that was set back', () => {
    const machine: Machine = { processors: 2, busy: [] };
    const see = busyStretches(machine, { at: 10_000, idleMs: 0 });
    see({ at: 4_000, idleMs: 0 });
    expect(machine.busy).to.deep.equal([]);
    see({ at: 7_000, idleMs: 0 });
    expect(machine.busy).to.deep.equal([{ from: 4_000, to: 7_000 }]);
  });
});

describe('the watch of this machine', () => {
  it('finds its processors busy while they are', async function () {
    this.timeout(30_000);
    using watch = watchMachine();
    const { machine } = watch;
    await using busy = new AsyncDisposableStack();
    for (let i = 0; i < machine.processors; i++) {
      const worker = new Worker('for (;;);', { eval: true });
      busy.defer(async () => void (await worker.terminate()));
    }
    const found = await until(
      'a stretch',
      async () => (machine.busy[0] ? met({ ...machine.busy[0] }) : notYet('none')),
      { where: 'the watch', withinMs: 25_000, everyMs: 100, signal: AbortSignal.timeout(28_000) },
    );
    expect(found.to - found.from).to.be.at.least(2_000);
  });
});
