import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { met, notYet, until } from '../../core/poll.ts';
import type { Command } from './commands.ts';
import { worstOf } from './outcomes.ts';
import { runNight } from './run-night.ts';

const says = (name: string, script: string): Command => ({
  name,
  slug: name,
  kind: 'tests',
  args: ['-e', script],
});

describe('a night', () => {
  let place = '';
  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'firedrill-night-'));
  });
  afterEach(() => rm(place, { recursive: true, force: true }));

  const read = (name: string) => readFile(join(place, name), 'utf8');
  const run = (
    commands: readonly Command[],
    signal = new AbortController().signal,
    tell = (_: string) => {},
  ) => runNight([{ atOnce: 1, commands }], { project: place, place, signal, tell });

  it('keeps what is known after each command, and goes on after one that failed', async () => {
    const outcomes = await run([
      says('first', 'console.log("1 passed, 1 failed"); process.exitCode = 1'),
      says('second', 'console.log(require("fs").readFileSync("summary.md", "utf8").split("\\n")[0])'),
    ]);
    expect(outcomes.map(({ held }) => held)).to.deep.equal([
      '1 passed, 1 failed',
      '# ❌ Nightly: 0 of 2 held, 1 not run yet',
    ]);
    expect(worstOf(outcomes)).to.equal(1);
    expect(await read('summary.md')).to.match(/^# ❌ Nightly: 1 of 2 held\n/);
  });

  it('ends what runs when it is interrupted, begins nothing more, and still says what it knows', async () => {
    const stop = new AbortController();
    const waits =
      'process.on("SIGINT", () => process.exit(130)); setInterval(() => {}, 1000); console.log("begun")';
    const night = run([says('first', waits), says('second', '')], stop.signal);
    await until(
      'the first to begin',
      async () =>
        (await read('first.log').catch(() => '')).includes('begun') ? met(true) : notYet('silent'),
      { where: 'first.log', withinMs: 10_000, everyMs: 10, signal: stop.signal },
    );
    stop.abort();
    const outcomes = await night;
    expect(outcomes.map(({ name, exitCode }) => [name, exitCode])).to.deep.equal([['first', 130]]);
    expect(await read('summary.md')).to.match(/^# ⏹️ Nightly: 0 of 2 held, 1 not run yet\n/);
  });

  it('calls drills that leave no record broken, whatever they say', async () => {
    const told: string[] = [];
    await writeFile(join(place, 'silent.ts'), '');
    const silent: Command = { name: 'silent', slug: 'silent', kind: 'drills', args: ['silent.ts'] };
    const [outcome] = await run([silent], undefined, (line) => told.push(line));
    expect(outcome?.exitCode).to.equal(3);
    expect(told).to.include('silent: left no record');
  });
});
