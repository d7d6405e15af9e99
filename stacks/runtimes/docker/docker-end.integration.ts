import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { execa } from 'execa';
import { met, notYet, until } from '../../../core/poll.ts';
import { Scope } from '../../../core/scope.ts';
import { unlessDocker } from '../../images/testing/unless-docker.ts';
import { isDead, type Owner, ownerOf } from '../process/owner.ts';
import { reapOrphans } from '../process/reap.ts';
import type { Daemon } from './docker-api.ts';
import { findDaemon } from './find-daemon.ts';
import { labelsOf } from './labels.ts';
import { reapContainers } from './reap.ts';
import { cuttableDaemon } from './testing/cuttable-daemon.ts';
import { inspected, leftInDaemon } from './testing/docker-traces.ts';
import { ensureNodeImage, makeRyukLike } from './testing/node-image.ts';

const { signal } = new AbortController();
const program = join(import.meta.dirname, 'testing', 'doomed-harness.ts');

interface Said {
  readonly planned?: string;
  readonly up?: string;
  readonly lost?: string;
  readonly failures?: readonly { what: string; message: string }[];
  readonly tookMs?: number;
}

describe('the end of a run in docker', () => {
  let daemon: Daemon | undefined;
  before(async function () {
    await unlessDocker.call(this);
    daemon = await findDaemon(process.env);
  });

  let scope = new Scope();
  afterEach(async () => {
    await scope.close();
    scope = new Scope();
  });

  /** A harness of its own, and the lines that it has said. */
  function harness(args: readonly string[], env: Record<string, string> = {}) {
    const said: Said[] = [];
    const child = execa(process.execPath, [program, ...args], {
      env,
      reject: false,
      stderr: 'inherit',
      stdin: 'pipe',
    });
    createInterface(child.stdout).on('line', (line) => said.push(JSON.parse(line) as Said));
    scope.defer('end the harness', async () => {
      child.kill('SIGKILL');
      await child;
      const run = said.find(({ planned }) => planned !== undefined)?.planned;
      await reapContainers((owner) => owner.run === run, daemon, { emptyChecks: 2 });
    });
    const heard = async <K extends keyof Said>(key: K): Promise<Said> =>
      await until(
        `the harness to say ${key}`,
        () => {
          const found = said.find((line) => line[key] !== undefined);
          return found ? met(found) : notYet(JSON.stringify(said));
        },
        { where: 'test', withinMs: 30_000, everyMs: 20, signal },
      );
    return { child, heard, said };
  }

  const killed = async ({ child }: Pick<ReturnType<typeof harness>, 'child'>) => {
    child.kill('SIGKILL');
    await child;
  };

  const gone = async (run: string) =>
    await until(
      'everything of the run to be gone',
      async () => {
        const left = await leftInDaemon(run);
        return left.length === 0 ? met(true) : notYet(left.join(', '));
      },
      { where: 'test', withinMs: 10_000, everyMs: 50, signal },
    );

  it('leaves nothing within 10 s of a kill of the harness, whose watcher sees to it', async () => {
    const doomed = harness([JSON.stringify(daemon)]);
    const { up = '' } = await doomed.heard('up');
    expect(await leftInDaemon(up)).to.have.length.greaterThan(6);
    await killed(doomed);
    await gone(up);
  });

  it('leaves nothing of a harness that is killed while it starts its containers', async () => {
    const doomed = harness([JSON.stringify(daemon)]);
    const { planned = '' } = await doomed.heard('planned');
    await killed(doomed);
    await gone(planned);
  });

  it('is made up for by the next run, where there was no watcher', async () => {
    const doomed = harness([]);
    const { up = '' } = await doomed.heard('up');
    expect((await reapOrphans(daemon)).filter((what) => what.includes(up))).to.deep.equal([]);
    await killed(doomed);
    const found = await reapOrphans(daemon);
    expect(found).to.include(`container firedrill-${up}-one of run ${up}`);
    expect(found).to.include(`network firedrill-${up} of run ${up}`);
    expect(await leftInDaemon(up)).to.deep.equal([]);
  });

  describe('never takes', () => {
    const made = async (name: string, labels: Record<string, string>) => {
      const all = Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]);
      scope.defer('remove it', async () => {
        await execa('docker', ['rm', '--force', name], { reject: false });
      });
      await execa('docker', ['create', '--name', name, ...all, await ensureNodeImage()]);
    };
    const stays = async (owner: Owner, labels: Record<string, string>) => {
      const name = `foreign-${owner.run}`;
      await made(name, labels);
      await reapContainers(isDead, daemon);
      expect(await leftInDaemon(owner.run)).to.deep.equal([`container ${name}`]);
    };
    const dead = (run: string): Owner => ({ ...ownerOf(run, process.pid), startTicks: '1' });

    it("what has none of the run's labels, or not all of them", async () => {
      await stays(dead('test-plain'), {});
      await stays(dead('test-named'), { 'firedrill.run': 'test-named' });
    });

    it('what belongs to a harness that lives', async () => {
      const owner = ownerOf('test-alive', process.pid);
      await stays(owner, labelsOf(owner));
    });

    it('what belongs to another machine, or to this one before it booted', async () => {
      const owner = dead('test-elsewhere');
      await stays(owner, { ...labelsOf(owner), 'firedrill.host': 'another' });
    });

    it('but what a dead harness of this machine has left', async () => {
      const owner = dead('test-dead');
      await made('foreign-test-dead', labelsOf(owner));
      expect(await reapContainers(isDead, daemon)).to.deep.equal([
        'container foreign-test-dead of run test-dead',
      ]);
    });
  });

  it("is watched over by Testcontainers' own reaper as well, where its image is there", async () => {
    const reference = await makeRyukLike();
    const left = harness([], { RYUK_CONTAINER_IMAGE: reference });
    const { up = '' } = await left.heard('up');
    const session = '{{index .Config.Labels "org.testcontainers.session-id"}}';
    const { stdout: reapers } = await execa('docker', [
      ...['ps', '--filter', `ancestor=${reference}`, '--format', '{{.ID}}'],
    ]);
    const asked = await inspected(reapers, session);
    expect(asked).to.match(/\S/);
    for (const part of ['one', 'one-pod']) {
      expect(await inspected(`firedrill-${up}-${part}`, session)).to.equal(asked);
    }
  });

  it('finds nothing, and does not fail, where no daemon answers', async () => {
    expect(await reapContainers(isDead, undefined)).to.deep.equal([]);
    expect(await reapContainers(isDead, { url: 'unix:///nowhere.sock' })).to.deep.equal([]);
    expect(await reapContainers(isDead, { url: 'tcp://127.0.0.1:1' })).to.deep.equal([]);
  });

  describe('without its daemon', () => {
    before(function () {
      if (!daemon?.url.startsWith('unix:')) this.skip();
    });

    it('is reported as the loss of the daemon, and ends soon', async () => {
      await using way = await cuttableDaemon(daemon as Daemon);
      const { url, cut } = way;
      const left = harness([], { DOCKER_HOST: url });
      await left.heard('up');
      cut();
      const { lost } = await left.heard('lost');
      expect(lost).to.include('docker: the Docker daemon no longer answers');
      left.child.stdin.write('close\n');
      const { failures = [], tookMs } = await left.heard('tookMs');
      expect(left.said.filter((line) => line.lost !== undefined)).to.have.length(1);
      expect(failures.map(({ what }) => what)).to.deep.equal(['remove containers and networks']);
      expect(failures[0]?.message).to.include('the Docker daemon no longer answers');
      expect(tookMs).to.be.below(10_000);
    });

    it('ends within a time limit if the daemon hangs', async () => {
      await using way = await cuttableDaemon(daemon as Daemon);
      const { url, freeze } = way;
      const left = harness([], { DOCKER_HOST: url });
      await left.heard('up');
      freeze();
      left.child.stdin.write('close\n');
      const { failures = [], tookMs } = await left.heard('tookMs');
      expect(failures.at(-1)?.message).to.include('the Docker daemon no longer answers');
      expect(tookMs).to.be.below(25_000);
    });
  });
});
