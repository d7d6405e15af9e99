/*
 * What every command of `firedrill` tells when it is asked for help, or called wrongly.
 */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { project } from '../testing/cli.ts';
import { completed } from './completion.ts';

const run = (args: readonly string[], cwd = project, env: Record<string, string> = {}) =>
  execa('node', [`${project}harness/firedrill.ts`, ...args], {
    cwd,
    env,
    preferLocal: true,
    localDir: project,
    reject: false,
    stdin: 'ignore',
    timeout: 300_000,
  });

const commands = Object.keys(completed);

describe('every command of firedrill', function () {
  this.timeout(600_000);

  it('is told by firedrill --help', async () => {
    const { stdout, exitCode } = await run(['--help']);
    expect(exitCode).to.equal(0);
    expect([...stdout.matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name)).to.deep.equal(commands);
    expect((await run(['help'])).stdout).to.equal(stdout);
    expect((await run([])).stdout).to.equal(stdout);
  });

  it('runs from the source in a checkout, where nothing is compiled', async () => {
    const { stdout, stderr } = await execa(`${project}bin/firedrill.js`, ['--help'], { reject: false });
    expect(stderr).to.equal('');
    expect(stdout).to.equal((await run(['--help'])).stdout);
  });

  for (const command of commands) {
    it(`${command} tells its usage, without colours, and every option that it has`, async () => {
      const asked = await run([command, '--help'], project, { NO_COLOR: '1' });
      expect(asked.stderr).to.equal('');
      expect(asked.exitCode).to.equal(0);
      expect(asked.stdout).to.match(new RegExp(`^usage: .*firedrill ${command}\\b`));
      expect(asked.stdout).to.not.contain('\u001b');
      for (const option of Object.keys(completed[command]?.options ?? {}))
        expect(asked.stdout).to.match(new RegExp(`^  --${option}\\b`, 'm'));
      expect(Math.max(...asked.stdout.split('\n').map(({ length }) => length))).to.be.at.most(125);
    });

    it(`${command} refuses an option that it does not have`, async () => {
      const { stdout, stderr, exitCode } = await run([command, '--nonsense']);
      expect(stdout).to.equal('');
      expect(exitCode).to.equal(2);
      expect(stderr).to.match(/^--nonsense: there is no such (option|tool)\n/);
    });
  }

  it('tells its usage in other ways of asking too', async () => {
    const { stdout } = await run(['lint', '--help']);
    expect((await run(['help', 'lint'])).stdout).to.equal(stdout);
    expect((await run(['lint', '-h'])).stdout).to.equal(stdout);
  });

  it('finds firedrill.yaml above the working directory', async () => {
    const { stdout, exitCode } = await run(['lint'], join(project, 'examples', 'hello', 'scenarios'));
    expect([stdout, exitCode]).to.deep.equal(['Nothing was found.', 0]);
    const without = await run(['lint'], tmpdir());
    expect(without.exitCode).to.equal(2);
    expect(without.stderr).to.contain('there is no firedrill.yaml or firedrill.ts in this folder or above');
  });

  it('lint tells what only promtool and amtool find', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lint-test-'));
    try {
      await cp(join(project, 'examples', 'hello'), folder, { recursive: true });
      for (const [file, from, to] of [
        ['prometheus/prometheus.yml', 'scrape_interval', 'scrape_timout: 5s\n  scrape_interval'],
        ['alertmanager/alertmanager.yml', 'routing_key', 'severty: critical\n        routing_key'],
      ] as const) {
        const path = join(folder, 'monitoring', file);
        const text = await readFile(path, 'utf8');
        await writeFile(path, text.replace(from, to));
      }
      const { stdout, exitCode } = await run(['lint'], folder);
      expect(exitCode).to.equal(1);
      expect(stdout).to.match(/promtool refuses it:[\s\S]*line 2: field scrape_timout not found/);
      expect(stdout).to.match(/amtool refuses it:[\s\S]*line 11: field severty not found/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('is named when another one was meant', async () => {
    for (const word of ['recievers', 'constructor']) {
      const { stderr, exitCode } = await run([word]);
      expect(exitCode).to.equal(2);
      expect(stderr).to.contain(`there is no command ${word}\n`).and.contain('receivers');
    }
  });
});
