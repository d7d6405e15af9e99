import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { unlessDocker } from '../../stacks/images/testing/unless-docker.ts';
import { component, DockerStack } from '../../stacks/runtimes/docker/testing/docker-stack.ts';
import { leftInDaemon } from '../../stacks/runtimes/docker/testing/docker-traces.ts';
import { cacheDirOf } from '../../stacks/toolchain/cache-dir.ts';
import { toolsAtHand } from '../../stacks/toolchain/toolchain.ts';
import { makeK6Image } from '../testing/named-images.ts';
import { parseK6Line } from './k6.ts';
import { containedK6, type K6 } from './k6-program.ts';

const { signal } = new AbortController();
const reference = 'firedrill-test/k6:1';

/* Skipped without a Docker daemon, and without a k6 to make an image of. */
describe('k6 in a container beside the stack', function () {
  this.timeout(120_000);
  const one = component('one');
  let folder: string;
  let stack: DockerStack;
  let k6: K6;
  let address: string;

  before('start a stack', async function () {
    await unlessDocker.call(this);
    const { env } = process;
    const k6Binary = (await toolsAtHand(['k6'], { cacheDir: cacheDirOf(env), env, signal })).get('k6');
    if (k6Binary === undefined) return this.skip();
    folder = await mkdtemp(join(tmpdir(), 'firedrill-k6-'));
    await makeK6Image(k6Binary, reference, folder);
    stack = await DockerStack.of([one]);
    await stack.start(one, signal);
    const beside = await stack.runtime.beside();
    address = beside.addresses.get('one') ?? '';
    k6 = containedK6(beside, reference);
  });
  after(async () => {
    if (!stack) return;
    expect(await stack.scope.close()).to.deep.equal([]);
    expect(await leftInDaemon(stack.run)).to.deep.equal([]);
    await rm(folder, { recursive: true });
  });

  /** Runs a script that asks these addresses, with only the run's own allowed. */
  async function run(urls: readonly string[], duration = '1s') {
    const script = join(folder, 'load', 'script.ts');
    await execa('mkdir', ['-p', join(folder, 'load')]);
    await writeFile(join(folder, 'load', 'paths.ts'), "export const path = '/ready';\n");
    await writeFile(
      script,
      `import http from 'k6/http';
import { path } from './paths.ts';
export const options = { duration: __ENV.DURATION, vus: 1 };
export default () => { for (const url of JSON.parse(__ENV.URLS)) http.get(url + path, { tags: { name: url } }); };
`,
    );
    const log = join(folder, 'k6.log');
    const errors = createWriteStream(log);
    await once(errors, 'open');
    const env = { DURATION: duration, URLS: JSON.stringify(urls), K6_NO_COLOR: 'true' };
    const options = ['--quiet', '--no-usage-report', '--address=', '--out=json'];
    const forbidden = k6.forbidden.map((net) => `--blacklist-ip=${net}`);
    const running = await k6.run([...options, ...forbidden], script, env, errors);
    const statuses = new Map<string, Set<number>>();
    let told = () => {};
    const first = new Promise<void>((resolve) => {
      told = resolve;
    });
    const reading = (async () => {
      for await (const line of running.lines) {
        const sample = parseK6Line(line);
        if (sample === undefined || sample === 'dropped') continue;
        statuses.set(sample.journey, (statuses.get(sample.journey) ?? new Set()).add(sample.status));
        told();
      }
    })();
    const ended = async () => {
      const how = await running.ended;
      await reading;
      errors.end();
      return { how, statuses, log: await readFile(log, 'utf8') };
    };
    return { running, first, ended };
  }

  it('reaches the pods of the stack, also one that is cut off from the others, and nothing else', async () => {
    const pod = `http://${address}:8000`;
    const { gateways } = await stack.runtime.beside();
    const gateway = `http://${gateways[0]}:1`;
    await stack.runtime.disconnect('one');
    const { how, statuses, log } = await (await run([pod, 'http://192.0.2.1', gateway])).ended();
    expect(how, log).to.equal('exit code 0');
    expect([...(statuses.get(pod) ?? [])], log).to.deep.equal([200]);
    expect(log).to.match(/192\.0\.2\.1\) is in a blacklisted range/);
    expect(log).to.include(`${gateways[0]}) is in a blacklisted range`);
  });

  it('ends when it is told to', async () => {
    const { running, first, ended } = await run([`http://${address}:8000`], '10m');
    await first;
    running.kill('SIGTERM');
    expect((await ended()).how).to.match(/^exit code \d+$/);
    running.kill('SIGKILL');
  });

  it('tells why it ended', async () => {
    const { ended } = await run([`http://${address}:8000`], 'soon');
    const { how, log } = await ended();
    expect(how).to.match(/^exit code [1-9]\d*$/);
    expect(log).to.match(/invalid duration|soon/);
  });
});
