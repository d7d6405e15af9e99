import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { unlessDocker } from '../stacks/images/testing/unless-docker.ts';
import { leftInDaemon } from '../stacks/runtimes/docker/testing/docker-traces.ts';
import { cacheDirOf } from '../stacks/toolchain/cache-dir.ts';
import { ensureTools } from '../stacks/toolchain/toolchain.ts';
import { k6Image } from './command/load-image.ts';
import { project, runCli } from './testing/cli.ts';
import { expectHeld } from './testing/example-hello.ts';
import { expectFailed } from './testing/expect-outcome.ts';
import { helloInContainers } from './testing/hello-in-containers.ts';
import { makeK6Image, nameImages } from './testing/named-images.ts';

const prometheusImage = 'firedrill-test/prometheus:4.5.6';
const withoutLinks = (yaml: string) => yaml.replace(/^links:\n(?: .*\n)*/m, '');

/* Drills of a system in containers with what a user can choose of them. Skipped without a Docker daemon. */
describe('a drill of a system in containers', function () {
  this.timeout(900_000);
  let folder: string;
  const named: string[] = [];

  before('name images', async function () {
    await unlessDocker.call(this);
    folder = await mkdtemp(join(tmpdir(), 'firedrill-images-'));
    named.push(...(await nameImages({ prometheus: prometheusImage })), ...(await nameImages()));
    const options = { cacheDir: cacheDirOf(process.env), env: process.env, progress() {} };
    const tools = await ensureTools(['k6'], { ...options, signal: new AbortController().signal });
    await makeK6Image(tools.path('k6'), k6Image, folder);
    named.push(k6Image);
  });
  after('forget their names', async () => {
    if (named.length > 0) await execa('docker', ['rmi', ...named]);
    if (folder) await rm(folder, { recursive: true });
  });

  it('holds with an instance off the network, limits and an image of Prometheus, and fails for a wrong label', async () => {
    const { args, files } = await helloInContainers('web-down');
    const all: Readonly<Record<string, string>> = files;
    const rules = all['monitoring/prometheus/rules/web.yml'] ?? '';
    const [down = ''] = /^ {6}- alert: WebInstanceDown[\s\S]*?\n\n/m.exec(rules) ?? [];
    const broken = down.replace('WebInstanceDown', 'WebInstanceDownBroken').replace('job="web"', 'job="wbe"');
    const scenario = all['scenarios/web-down.yaml'] ?? '';
    const [, expected = ''] = /^expectations:\n([\s\S]*?)^settleFor/m.exec(scenario) ?? [];
    const ended = await runCli({
      args: [...args, '--runtime', 'auto', '--images', 'local'],
      files: {
        ...files,
        'firedrill.yaml': `${withoutLinks(files['firedrill.yaml'])}images: { prometheus: "${prometheusImage}" }\n`,
        'compose.yaml': files['compose.yaml'].replace('restart: always', 'mem_limit: 64m\n    cpus: 0.5'),
        'monitoring/prometheus/rules/web.yml': rules.replace(down, down + broken),
        'scenarios/web-down.yaml': scenario
          .replace('kind: kill-instance', 'kind: disconnect-instance')
          // Its load still reaches it.
          .replace(/^ {2}hits: .*\n/m, '')
          .replace('atLeast: 3', 'atLeast: 1')
          .replace(
            /^settleFor/m,
            () => `${expected.replace('WebInstanceDown', 'WebInstanceDownBroken')}settleFor`,
          ),
      },
    });
    const ids = ['arrives', 'labels', 'says', 'runbook', 'stays', 'resolved'];
    const failed = expectFailed(ended, ...ids.map((id) => `WebInstanceDownBroken@pagerduty/${id}`));
    expect([...failed.values()][0]?.autopsy).to.include({ hop: 'expression true' });
    const { stack, id, versions } = ended.kept?.record ?? expect.fail();
    const of = (wanted: string) => stack.components.find(({ name }) => name === wanted);
    expect(of('web-2')?.limits).to.deep.equal({ cpus: 0.5, memoryMiB: 64 });
    expect(of('stock')).not.to.have.property('limits');
    expect(of('prometheus')?.image).to.include({ reference: prometheusImage, source: 'user' });
    expect(versions.prometheus).to.equal('4.5.6');
    expect(await leftInDaemon(id)).to.deep.equal([]);
  });

  it('is broken where the memory that a service may use is too little for it', async () => {
    const { args, files } = await helloInContainers('web-down');
    const ended = await runCli({
      args: [...args, '--runtime', 'auto', '--images', 'local'],
      files: {
        ...files,
        'firedrill.yaml': withoutLinks(files['firedrill.yaml']).replace(
          '"compose":"Web"',
          '"compose":"Web","env":{"TAKE_MIB":"100"},"limits":{"memory":"32m"}',
        ),
      },
    });
    expect(ended.exitCode).to.equal(3);
    expect(ended.stderr).to.match(/web(-2)? ended by itself \(container .*OOM-killed \(limit 32 MiB\)\)/);
  });

  it('needs neither Go nor built tools, where the daemon has the official images', async () => {
    const { args, files } = await helloInContainers('web-down');
    const ended = await runCli({
      args: [...args, '--runtime', 'auto', '--images', 'official'],
      files: { ...files, 'firedrill.yaml': withoutLinks(files['firedrill.yaml']) },
      env: {
        PATH: [join(project, 'node_modules', '.bin'), '/usr/bin', '/bin'].join(':'),
        XDG_CACHE_HOME: '{dir}/cache',
      },
    });
    expectHeld(ended);
    expect(ended.stderr).to.match(/k6 runs from grafana\/k6:[\d.]+: .*there is no go on PATH/);
    const { stack, id, load } = ended.kept?.record ?? expect.fail();
    expect(stack.components.map(({ image }) => image?.source)).to.have.members([
      'official',
      'official',
      'user',
      'user',
      'user',
    ]);
    expect(load?.journeys.greet?.requests).to.be.greaterThan(50);
    expect(await leftInDaemon(id)).to.deep.equal([]);
  });
});
