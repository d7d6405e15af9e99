import { expect } from 'chai';
import { type PhaseName, phaseNames } from '../../core/hops.ts';
import { met, notYet, until } from '../../core/poll.ts';
import type { DrillRecord } from '../../core/record.ts';
import { leftOf, tracesOf } from '../../stacks/runtimes/process/testing/traces.ts';
import { limitConcurrency } from './limit-concurrency.ts';
import { LiveDrill } from './live-drill.ts';
import { lockStarts } from './lock-starts.ts';

/** When the harness is killed. */
export interface Moment {
  readonly title: string;
  readonly reached: (drill: LiveDrill) => Promise<unknown>;
}

export const inPhase = (name: PhaseName): Moment => ({
  title: `in “${name}”`,
  reached: (drill) => drill.untilPhase(name),
});

/** The phases in which kill.integration.ts kills it; kill.nightly.ts does in all others. The latest come first. */
export const phasesOfTests = ['tear down', 'await pages', 'warm up'] as const satisfies readonly PhaseName[];

/** In this stage the record may be the judged one or the one before. */
export const reporting: Moment = {
  title: 'while the reports are written',
  reached: (drill) => drill.untilPhaseDone('tear down'),
};

interface Killed {
  readonly goneAfterMs: number;
  readonly record: DrillRecord;
}

/** Only one drill starts or is cleaned up at a time, because a starting drill would help to clean up. */
const alone = limitConcurrency(1);
const { signal } = new AbortController();

async function killedAt({ reached }: Moment): Promise<Killed> {
  const { drill, held } = await alone(async () => {
    const drill = await LiveDrill.start();
    // Stopped, so that the moment does not pass while other drills run. SIGKILL also ends a stopped process.
    const held = reached(drill).then(() => process.kill(drill.pid, 'SIGSTOP'));
    await Promise.race([held, drill.untilPhaseDone('open receivers')]);
    return { drill, held };
  });
  await using _ = drill;
  await held;
  const goneAfterMs = await alone(async () => {
    // Drills of other test files would help to clean up as well.
    const starts = await lockStarts(signal);
    await using _ = { [Symbol.asyncDispose]: starts.release };
    const traces = tracesOf(drill.run, drill.pid);
    const killedAt = performance.now();
    process.kill(drill.pid, 'SIGKILL');
    await until(
      'everything of the drill to be gone',
      () => {
        const left = leftOf(drill.run, traces);
        return left.length === 0 ? met(true) : notYet(left.join('\n'));
      },
      { where: 'kill -9', withinMs: 10_000, everyMs: 50, signal },
    );
    return performance.now() - killedAt;
  });
  return { goneAfterMs, record: await drill.record() };
}

/**
 * Declares, in the suite that calls it, drills whose harness is killed by SIGKILL, and the tests of what they leave.
 *
 * @param moments the latest come first, because they take longest.
 */
export function describeKills(moments: readonly Moment[]): void {
  const turn = limitConcurrency(3);
  const kills = new Map<Moment, Promise<Killed>>();
  const killAt = async (moment: Moment): Promise<Killed> => {
    const killed = kills.get(moment);
    if (!killed) throw new Error('its drill was not started');
    return await killed;
  };
  before('overlap the drills', () => {
    for (const moment of moments) {
      const killed = turn(() => killedAt(moment));
      // Its own test reports the error.
      killed.catch(() => {});
      kills.set(moment, killed);
    }
  });
  after('let each drill end', async function () {
    this.timeout(300_000);
    await Promise.allSettled(kills.values());
  });

  for (const moment of moments)
    it(`${moment.title} leaves ${moment === reporting ? 'nothing but a whole record' : 'nothing'}`, async function () {
      this.timeout(300_000);
      const { goneAfterMs, record } = await killAt(moment);
      if (this.test) this.test.title += `, after ${(goneAfterMs / 1000).toFixed(1)} s`;
      if (moment === reporting) {
        const isLast = record.phases.at(-1)?.name === 'report';
        expect(record.outcome).to.equal(isLast ? 'pass' : 'broken');
        return;
      }
      expect(record.outcome).to.equal('broken');
      expect(record.problem?.problems[0]?.message).to.include('ended before the drill did');
      // The earlier phases are in the record, whatever phase was killed.
      const kept = record.phases.map(({ name }) => name);
      expect(kept).to.deep.equal(phaseNames.slice(0, kept.length));
      const phase = phaseNames.findIndex((name) => moment.title.includes(`“${name}”`));
      expect(kept.length).to.be.at.least(Math.max(phase, 0));
    });
}
