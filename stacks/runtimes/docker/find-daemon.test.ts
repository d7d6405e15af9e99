import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { problemsOfPromise } from '../../../core/testing/problems-of.ts';
import { findDaemon } from './find-daemon.ts';

describe('the daemon of a user', () => {
  let home = '';
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'home-'));
  });
  afterEach(() => rm(home, { recursive: true }));
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(home, path)), { recursive: true });
    await writeFile(join(home, path), text);
  };
  const context = async (name: string, url: string) => {
    const id = createHash('sha256').update(name).digest('hex');
    await write(
      `.docker/contexts/meta/${id}/meta.json`,
      JSON.stringify({ Endpoints: { docker: { Host: url } } }),
    );
    return id;
  };

  it('is the one of DOCKER_HOST, with TLS only where it is asked for', async () => {
    const env = {
      DOCKER_HOST: 'tcp://build:2376',
      DOCKER_CERT_PATH: '/certificates',
      DOCKER_TLS_VERIFY: '1',
    };
    expect(await findDaemon(env, home)).to.deep.equal({
      url: 'tcp://build:2376',
      certificates: '/certificates',
    });
    expect(await findDaemon({ ...env, DOCKER_TLS_VERIFY: '' }, home)).to.deep.equal({
      url: 'tcp://build:2376',
    });
  });

  it("is the one of Testcontainers' own file first, and of its docker.host after the environment", async () => {
    await write('.testcontainers.properties', '# mine\ndocker.host = tcp\\://there:2375\n');
    expect(await findDaemon({}, home)).to.deep.equal({ url: 'tcp://there:2375' });
    expect(await findDaemon({ DOCKER_HOST: 'unix:///here.sock' }, home)).to.deep.equal({
      url: 'unix:///here.sock',
    });
    await write('.testcontainers.properties', 'tc.host=tcp://127.0.0.1:1');
    expect(await findDaemon({ DOCKER_HOST: 'unix:///here.sock' }, home)).to.deep.equal({
      url: 'tcp://127.0.0.1:1',
    });
  });

  it('is the one of the context in use, or named by DOCKER_CONTEXT, with its certificates', async () => {
    await context('near', 'unix:///near.sock');
    const far = await context('far', 'tcp://far:2376');
    await write(`.docker/contexts/tls/${far}/docker/ca.pem`, '');
    await write('.docker/config.json', JSON.stringify({ currentContext: 'near' }));
    expect(await findDaemon({}, home)).to.deep.equal({ url: 'unix:///near.sock' });
    expect(await findDaemon({ DOCKER_CONTEXT: 'far' }, home)).to.deep.equal({
      url: 'tcp://far:2376',
      certificates: join(home, '.docker/contexts/tls', far, 'docker'),
    });
    expect(await findDaemon({ DOCKER_HOST: 'unix:///asked.sock' }, home)).to.deep.equal({
      url: 'unix:///asked.sock',
    });
  });

  it('is refused where its context is not there', async () => {
    const refused = async (env: Record<string, string>) =>
      (await problemsOfPromise(findDaemon(env, home))).map(({ where, message }) => `${where}: ${message}`);
    expect(await refused({ DOCKER_CONTEXT: 'gone' })).to.deep.equal([
      'DOCKER_CONTEXT: there is no Docker context "gone" that names a daemon',
    ]);
    await write('.docker/config.json', JSON.stringify({ currentContext: 'removed' }));
    expect(await refused({})).to.deep.equal([
      `${join(home, '.docker/config.json')}: there is no Docker context "removed" that names a daemon`,
    ]);
    expect(await refused({ DOCKER_CONTEXT: 'default' })).to.deep.equal([]);
  });

  it('is the one of a socket that is there', async () => {
    await write('run/docker.sock', '');
    const found = await findDaemon({ XDG_RUNTIME_DIR: join(home, 'run') }, home);
    expect(found?.url).to.be.oneOf([
      'unix:///var/run/docker.sock',
      `unix://${join(home, 'run/docker.sock')}`,
    ]);
  });
});
