import { expect } from 'chai';
import { problemsOfPromise } from '../../core/testing/problems-of.ts';
import { dockerSide, tellTestcontainers, userDaemon } from './docker-side.ts';
import { chooseRuntime } from './runtime-choice.ts';

describe('a Docker context that is not there', () => {
  const env = { DOCKER_CONTEXT: 'gone' };
  const lacking = 'DOCKER_CONTEXT: there is no Docker context "gone" that names a daemon';

  it('is refused where containers are asked for', async () => {
    expect((await problemsOfPromise(userDaemon('docker', env))).map(({ where }) => where)).to.deep.equal([
      'DOCKER_CONTEXT',
    ]);
  });

  it('is why there are processes, where nobody asked for containers', async () => {
    for (const wish of ['auto', 'process'] as const) {
      expect(await userDaemon(wish, env)).to.deep.equal({ daemon: undefined, lacking });
    }
    const side = dockerSide({
      wish: 'auto',
      choice: undefined,
      stacks: [],
      lacking,
      cacheDir: '',
      signal: new AbortController().signal,
      progress: () => {},
      toolchain: () => Promise.reject(new Error('no image is wanted')),
      note: () => {},
    });
    expect(await chooseRuntime('auto', () => side.probe())).to.deep.equal({ name: 'process', why: lacking });
  });
});

describe('what Testcontainers is told', () => {
  const told = (
    daemon: Parameters<typeof tellTestcontainers>[0],
    env: NodeJS.ProcessEnv = {},
  ): NodeJS.ProcessEnv => {
    tellTestcontainers(daemon, env);
    return env;
  };

  it("is the daemon of the user's context, with what it needs for TLS", () => {
    expect(told({ url: 'unix:///run/user/1000/docker.sock' })).to.deep.equal({
      DOCKER_HOST: 'unix:///run/user/1000/docker.sock',
    });
    expect(told({ url: 'tcp://build:2376', certificates: '/home/a/tls' })).to.deep.equal({
      DOCKER_HOST: 'tcp://build:2376',
      DOCKER_TLS_VERIFY: '1',
      DOCKER_CERT_PATH: '/home/a/tls',
    });
  });

  it('is nothing where the user has said it, or there is no daemon', () => {
    const own = { DOCKER_HOST: 'tcp://mine:2375' };
    expect(told({ url: 'unix:///var/run/docker.sock' }, { ...own })).to.deep.equal(own);
    expect(told(undefined)).to.deep.equal({});
  });
});
