/*
 * kill -9 of the harness in every stage of a drill: 10 s later nothing of the drill is left on the machine, and its
 * record contains everything until then.
 */
import { expect } from 'chai';
import { phaseNames } from '../core/hops.ts';
import { met, notYet, until } from '../core/poll.ts';
import type { DrillRecord } from '../core/record.ts';
import { leftOf, tracesOf } from '../stacks/runtimes/process/testing/traces.ts';
import { limitConcurrency } from './testing/limit-concurrency.ts';
import { LiveDrill } from './testing/live-drill.ts';
import { lockStarts } from './testing/lock-starts.ts';

/** When the harness is killed. */
interface Moment {
  readonly title: string;
  readonly reached: (drill: LiveDrill) => Promise<unknown>;
}

const moments: Moment[] = [
  { title: 'while its watcher starts', reached: (drill) => drill.untilProcess('watcher.ts') },
  { title: 'while the database makes its files', reached: (drill) => drill.untilProcess('initdb') },
  { title: 'while components start', reached: (drill) => drill.untilProcess('sidecar.yaml') },
  ...phaseNames.slice(0, phaseNames.indexOf('judge')).map((name) => ({
    title: `in “${name}”`,
    reached: (drill: LiveDrill) => drill.untilPhase(name),
  })),
];

/** In this stage the record may be the judged one or the one before. */
const reporting: Moment = {
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

describe('kill -9 of the harness', () => {
  const turn = limitConcurrency(3);
  const kills = new Map<Moment, Promise<Killed>>();
  before('overlap the drills', () => {
    // The longest moments come first.
    for (const moment of [...moments, reporting].toReversed()) {
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

  it(`${reporting.title} leaves nothing but a whole record`, async function () {
    this.timeout(300_000);
    const { record } = (await kills.get(reporting)) as Killed;
    const isLast = record.phases.at(-1)?.name === 'report';
    expect(record.outcome).to.equal(isLast ? 'pass' : 'broken');
  });

  for (const moment of moments) {
    it(`${moment.title} leaves nothing`, async function () {
      this.timeout(300_000);
      const { goneAfterMs, record } = (await kills.get(moment)) as Killed;
      if (this.test) this.test.title += `, after ${(goneAfterMs / 1000).toFixed(1)} s`;
      expect(record.outcome).to.equal('broken');
      expect(record.problem?.problems[0]?.message).to.include('ended before the drill did');
      // The earlier phases are in the record, whatever phase was killed.
      const kept = record.phases.map(({ name }) => name);
      expect(kept).to.deep.equal(phaseNames.slice(0, kept.length));
      const phase = phaseNames.findIndex((name) => moment.title.includes(`“${name}”`));
      expect(kept.length).to.be.at.least(Math.max(phase, 0));
    });
  }
});
