import { expect } from 'chai';
import { tellTestcontainers } from './docker-side.ts';

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
