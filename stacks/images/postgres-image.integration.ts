import { expect } from 'chai';
import pg from 'pg';
import type { ContainerRuntimeClient } from 'testcontainers';
import { met, notYet, until } from '../../core/poll.ts';
import { postgres } from '../components/postgres.ts';
import { cacheDirOf } from '../toolchain/cache-dir.ts';
import { rejectionOf } from '../toolchain/testing/folders.ts';
import { dockerClient } from './daemon.ts';
import { daemonImages } from './daemon-images.ts';
import { localImages } from './local/local-images.ts';
import { createContainer, logsOf, publishedAt, runContainer, type TestContainer } from './testing/daemon.ts';
import { unlessDocker } from './testing/unless-docker.ts';

const signal = new AbortController().signal;
const project = new URL('../..', import.meta.url).pathname;

describe('local image of Postgres', function () {
  this.timeout(300_000);
  let client: ContainerRuntimeClient;
  let image = '';
  let container: TestContainer | undefined;

  before(async function () {
    await unlessDocker.call(this);
    client = await dockerClient(signal);
    const { image: facts } = postgres;
    if (!facts) throw new Error('no image');
    const making = await localImages({
      ...{ store: daemonImages(client), cacheDir: cacheDirOf(process.env), signal, project, progress() {} },
      tools: async () => ({ path: () => '', home: () => '' }),
    });
    image = await making.component({ ...postgres, image: facts });
  });

  afterEach(async () => {
    await container?.remove({ force: true, v: true });
    container = undefined;
  });

  /** Starts the image, and gives how to connect with a password. */
  async function start(env: Record<string, string>) {
    container = await createContainer(client, { image, args: ['postgres', '-F'], env, port: 5432 });
    await container.start();
    const at = await publishedAt(client, container, 5432);
    const { POSTGRES_USER: user = 'postgres', POSTGRES_DB: database = user } = env;
    return (password: string) => new pg.Client(`postgres://${user}:${password}@${at}/${database}`);
  }

  async function query(connect: () => pg.Client, text: string): Promise<unknown> {
    const look = async () => {
      const session = connect();
      // Else the end of a connection that never was ends the test.
      session.on('error', () => {});
      try {
        await session.connect();
        return met((await session.query({ text, rowMode: 'array' })).rows[0]?.[0]);
      } catch (error) {
        if (error instanceof Error && 'code' in error && /^\d/.test(String(error.code))) throw error;
        return notYet(String(error));
      } finally {
        await session.end();
      }
    };
    return await until('an answer of Postgres', look, { where: 'test', withinMs: 30_000, signal });
  }

  it('takes queries with the password, and refuses a wrong one', async () => {
    const connect = await start({
      POSTGRES_USER: 'shop',
      POSTGRES_PASSWORD: 'right',
      POSTGRES_DB: 'postgres',
    });
    expect(await query(() => connect('right'), 'SELECT current_user')).to.equal('shop');
    expect(await query(() => connect('right'), 'SHOW fsync')).to.equal('off');
    const session = connect('wrong');
    expect(await rejectionOf(session.connect())).to.have.property('code', '28P01');
    const { output } = await runContainer(client, { image, entrypoint: ['id'], args: ['-u'] });
    expect(output.trim()).to.equal('999');
  });

  it('makes a database of another name, by default of the user’s', async () => {
    const connect = await start({ POSTGRES_USER: 'it is', POSTGRES_PASSWORD: 'right' });
    expect(await query(() => connect('right'), 'SELECT current_database()')).to.equal('it is');
  });

  it('makes none without a password', async () => {
    const { code, output } = await runContainer(client, { image, args: ['postgres'] });
    expect(code).to.equal(1);
    expect(output).to.contain('POSTGRES_PASSWORD is not set');
  });

  for (const kill of ['SIGINT', 'SIGTERM', 'SIGKILL']) {
    it(`leaves nothing after ${kill}`, async () => {
      const connect = await start({ POSTGRES_PASSWORD: 'right' });
      expect(await query(() => connect('right'), 'SELECT 1')).to.equal(1);
      const volumes = (await container?.inspect())?.Mounts.map(({ Name }) => Name ?? '') ?? [];
      expect(volumes).to.have.lengthOf(1);
      const ended = container?.wait();
      await container?.kill({ signal: kill });
      expect(await ended).to.deep.include({ StatusCode: kill === 'SIGKILL' ? 137 : 0 });
      if (kill !== 'SIGKILL' && container) {
        expect(await logsOf(container)).to.contain('database system is shut down');
      }
      await container?.remove({ v: true });
      container = undefined;
      const { Volumes } = await client.container.dockerode.listVolumes();
      expect(Volumes.map(({ Name }) => Name)).not.to.include(volumes[0]);
    });
  }
});
