/*
 * Drills in containers that end early: nothing of them stays in the daemon, and the record says why. Skipped
 * without a Docker daemon. With `FIREDRILL_TEST_EVERY_PHASE=1`, a drill is killed in every phase.
 */
import { expect } from 'chai';
import { type PhaseName, phaseNames } from '../core/hops.ts';
import { met, notYet, until } from '../core/poll.ts';
import type { DrillRecord } from '../core/record.ts';
import { unlessDocker } from '../stacks/images/testing/unless-docker.ts';
import { findDaemon } from '../stacks/runtimes/docker/find-daemon.ts';
import { reapContainers } from '../stacks/runtimes/docker/reap.ts';
import { cuttableDaemon } from '../stacks/runtimes/docker/testing/cuttable-daemon.ts';
import { leftInDaemon } from '../stacks/runtimes/docker/testing/docker-traces.ts';
import { isDead } from '../stacks/runtimes/process/owner.ts';
import { leftOf, tracesOf } from '../stacks/runtimes/process/testing/traces.ts';
import { LiveDrill } from './testing/live-drill.ts';

interface Ended {
  readonly exitCode: number | undefined;
  readonly record: DrillRecord;
  /** The time from the end of the drill until nothing is left, in milliseconds. */
  readonly goneAfterMs: number;
}

const some: readonly PhaseName[] = ['start stack', 'warm up', 'await pages'];
const killedIn: readonly PhaseName[] = process.env.FIREDRILL_TEST_EVERY_PHASE
  ? phaseNames.slice(0, phaseNames.indexOf('judge'))
  : some;

/** Ends a drill in a phase. Nothing of it may be left 10 s later. */
async function endedIn(phase: PhaseName, how: (drill: LiveDrill) => void): Promise<Ended> {
  await using drill = await LiveDrill.start({ runtime: 'docker' });
  await drill.untilPhase(phase);
  const traces = tracesOf(drill.run, drill.pid);
  how(drill);
  const exitCode = await drill.exitCode;
  const endedAt = performance.now();
  await until(
    'everything of the drill to be gone',
    async () => {
      const left = [...leftOf(drill.run, traces), ...(await leftInDaemon(drill.run))];
      return left.length === 0 ? met(true) : notYet(left.join('\n'));
    },
    { where: drill.run, withinMs: 10_000, everyMs: 50, signal: new AbortController().signal },
  );
  return { exitCode, record: await drill.record(), goneAfterMs: performance.now() - endedAt };
}

describe('a drill in containers that is ended before its time', function () {
  this.timeout(300_000);
  before(unlessDocker);

  for (const phase of killedIn) {
    it(`by kill -9 in “${phase}” leaves nothing`, async function () {
      const { record, goneAfterMs } = await endedIn(phase, ({ pid }) => process.kill(pid, 'SIGKILL'));
      if (this.test) this.test.title += `, after ${(goneAfterMs / 1000).toFixed(1)} s`;
      expect(record.outcome).to.equal('broken');
      expect(record.problem?.problems[0]?.message).to.include('ended before the drill did');
    });
  }

  for (const phase of ['start stack', 'await pages'] as const) {
    it(`by Ctrl-C in “${phase}” is undone and says so`, async () => {
      const { exitCode, record, goneAfterMs } = await endedIn(phase, ({ pid }) =>
        process.kill(pid, 'SIGINT'),
      );
      expect(exitCode).to.equal(130);
      expect(record.problem).to.deep.include({ kind: 'interrupted', phase });
      expect(record.teardownFailures).to.deep.equal([]);
      // The drill itself reverts the fault, not its watcher.
      expect(goneAfterMs).to.be.below(1_000);
    });
  }

  it('by the end of its daemon is broken and says so', async function () {
    const daemon = await findDaemon(process.env);
    if (!daemon?.url.startsWith('unix:')) return this.skip();
    await using way = await cuttableDaemon(daemon);
    await using drill = await LiveDrill.start({ runtime: 'docker', env: { DOCKER_HOST: way.url } });
    await drill.untilPhase('quiet gate');
    way.cut();
    expect(await drill.exitCode).to.equal(3);
    const { outcome, problem, teardownFailures } = await drill.record();
    expect(outcome).to.equal('broken');
    expect(problem?.problems[0]).to.deep.include({ where: 'docker' });
    expect(problem?.problems[0]?.message).to.include('the Docker daemon no longer answers');
    expect(teardownFailures.map(({ what }) => what)).to.include('remove containers and networks');
    // The next drill removes what this drill had to leave in the daemon.
    const found = await reapContainers(isDead, daemon);
    expect(found.filter((what) => what.includes(drill.run))).to.not.deep.equal([]);
    expect(await leftInDaemon(drill.run)).to.deep.equal([]);
  });
});
