import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { met, notYet, until } from '../../core/poll.ts';
import type { Command } from './commands.ts';
import { worstOf } from './outcomes.ts';
import { runNightly } from './run-nightly.ts';

const command = (name: string, script: string): Command => ({
  name,
  slug: name,
  kind: 'tests',
  args: ['-e', script],
});

describe('a nightly run', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'firedrill-night-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const read = (name: string) => readFile(join(folder, name), 'utf8');
  const run = (
    commands: readonly Command[],
    signal = new AbortController().signal,
    print = (_: string) => {},
  ) => runNightly([{ atOnce: 1, commands }], { project: folder, folder, signal, print });

  it('writes the summary after each command, and continues after a failed one', async () => {
    const outcomes = await run([
      command('first', 'console.log("1 passed, 1 failed"); process.exitCode = 1'),
      command('second', 'console.log(require("fs").readFileSync("summary.md", "utf8").split("\\n")[0])'),
    ]);
    expect(outcomes.map(({ held }) => held)).to.deep.equal([
      '1 passed, 1 failed',
      '# ❌ Nightly: 0 of 2 held, 1 not run yet',
    ]);
    expect(worstOf(outcomes)).to.equal(1);
    expect(await read('summary.md')).to.match(/^# ❌ Nightly: 1 of 2 held\n/);
  });

  it('stops the running command when it is interrupted, starts no other, and writes the summary', async () => {
    const stop = new AbortController();
    const waits =
      'process.on("SIGINT", () => process.exit(130)); setInterval(() => {}, 1000); console.log("begun")';
    const running = run([command('first', waits), command('second', '')], stop.signal);
    await until(
      'the first to begin',
      async () =>
        (await read('first.log').catch(() => '')).includes('begun') ? met(true) : notYet('silent'),
      { where: 'first.log', withinMs: 10_000, everyMs: 10, signal: stop.signal },
    );
    stop.abort();
    const outcomes = await running;
    expect(outcomes.map(({ name, exitCode }) => [name, exitCode])).to.deep.equal([['first', 130]]);
    expect(await read('summary.md')).to.match(/^# ⏹️ Nightly: 0 of 2 held, 1 not run yet\n/);
  });

  it('counts drills that write no record as broken', async () => {
    const printed: string[] = [];
    await writeFile(join(folder, 'silent.ts'), '');
    const silent: Command = { name: 'silent', slug: 'silent', kind: 'drills', args: ['silent.ts'] };
    const [outcome] = await run([silent], undefined, (line) => printed.push(line));
    expect(outcome?.exitCode).to.equal(3);
    expect(printed).to.include('silent: wrote no record');
  });
});
