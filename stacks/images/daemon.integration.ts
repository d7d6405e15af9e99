import { expect } from 'chai';
import { execa } from 'execa';
import { dockerAvailable } from './daemon.ts';
import { unlessDocker } from './testing/unless-docker.ts';

const signal = new AbortController().signal;

/** What a process of its own is answered: Testcontainers remembers what it found first. */
async function answerWith(env: Record<string, string>): Promise<unknown> {
  const script = `
    const { dockerAvailable } = await import(${JSON.stringify(new URL('daemon.ts', import.meta.url).href)});
    console.log(JSON.stringify(await dockerAvailable(new AbortController().signal)));`;
  const { stdout } = await execa(process.execPath, ['--input-type=module', '--eval', script], { env });
  return JSON.parse(stdout);
}

describe('daemon', function () {
  this.timeout(60_000);

  it('tells its name where it answers', async function () {
    await unlessDocker.call(this);
    const answer = await dockerAvailable(signal);
    expect(answer).to.have.property('ok', true);
    expect(answer)
      .to.have.property('server')
      .that.matches(/^Docker \d+\.\d+/);
  });

  for (const host of ['unix:///nowhere/docker.sock', 'tcp://127.0.0.1:1']) {
    it(`is not another one than the one that is named: ${host}`, async () => {
      const answer = await answerWith({ DOCKER_HOST: host });
      expect(answer).to.have.property('ok', false);
      expect(answer).to.have.property('reason').that.contains(host);
      expect(answer).to.have.property('hint').that.contains('DOCKER_HOST');
    });
  }
});
