/*
 * Drills in containers that end early: nothing of them stays in the daemon, and the record says why. Skipped
 * without a Docker daemon. ended-docker.nightly.ts has the other phases.
 */
import { expect } from 'chai';
import { unlessDocker } from '../stacks/images/testing/unless-docker.ts';
import { findDaemon } from '../stacks/runtimes/docker/find-daemon.ts';
import { reapContainers } from '../stacks/runtimes/docker/reap.ts';
import { cuttableDaemon } from '../stacks/runtimes/docker/testing/cuttable-daemon.ts';
import { leftInDaemon } from '../stacks/runtimes/docker/testing/docker-traces.ts';
import { isDead } from '../stacks/runtimes/process/owner.ts';
import { interruptedInContainers, killedInContainers } from './testing/ended-docker.ts';
import { LiveDrill } from './testing/live-drill.ts';

describe('a drill in containers that is ended before its time', function () {
  this.timeout(300_000);
  before(unlessDocker);

  killedInContainers('start stack');
  interruptedInContainers('await pages');

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
