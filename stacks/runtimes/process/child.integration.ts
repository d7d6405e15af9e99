import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { met, notYet, until } from '../../../core/poll.ts';
import { startChild } from './child.ts';
import { statOf } from './stat.ts';

const within = {
  where: 'test',
  withinMs: 30_000,
  everyMs: 5,
  signal: new AbortController().signal,
};

describe('a child process that is throttled', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'child-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const start = () =>
    startChild({
      file: process.execPath,
      args: ['-e', 'setInterval(() => {}, 1000)'],
      env: {},
      cwd: folder,
      log: join(folder, 'log'),
    });
  const isStopped = (pid: number, wanted: boolean) =>
    until(
      `its state to be ${wanted ? 'stopped' : 'running'}`,
      () => {
        const state = statOf(pid)?.state ?? 'gone';
        return (state === 'T') === wanted && state !== 'gone' ? met(state) : notYet(state);
      },
      within,
    );

  it('is stopped and goes on in turns, and is never stopped again afterwards', async () => {
    const child = await start();
    try {
      await child.throttle(0.5);
      expect(statOf(child.pid)?.state).to.equal('T');
      for (let turn = 0; turn < 3; turn += 1) {
        await isStopped(child.pid, false);
        await isStopped(child.pid, true);
      }
      await child.throttle(1);
      await isStopped(child.pid, false);
      await child.throttle(1);
      // Three periods.
      for (const end = performance.now() + 300; performance.now() < end; await sleep(5))
        expect(statOf(child.pid)?.state).not.to.equal('T');
    } finally {
      await child.stop();
    }
  });

  it('can be stopped by its signal', async () => {
    const child = await start();
    await child.throttle(0.01);
    await child.stop(30_000);
    expect((await child.exited).signal).to.equal('SIGTERM');
  });

  it('ends with a harness that is killed', async () => {
    const here = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
    const code = `
      import { ownedEnvironment, ownerOf } from ${here('owner.ts')};
      import { startChild } from ${here('child.ts')};
      import { startWatcher } from ${here('start-watcher.ts')};
      const owner = ownerOf('doomed', process.pid);
      startWatcher(owner, process.execPath, {});
      const child = await startChild({
        file: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'], cwd: ${JSON.stringify(folder)},
        env: ownedEnvironment({}, owner), log: ${JSON.stringify(join(folder, 'log'))},
      });
      await child.throttle(0.01);
      console.log(child.pid);`;
    const harness = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said] = (await once(harness.stdout, 'data')) as [Buffer];
    const pid = Number(String(said));
    await isStopped(pid, true);
    const exited = once(harness, 'exit');
    harness.kill('SIGKILL');
    await exited;
    await until('its end', () => (statOf(pid) ? notYet('it is there') : met(true)), within);
  });
});
