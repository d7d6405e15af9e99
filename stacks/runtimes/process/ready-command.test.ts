import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { interrupted } from '../../../core/errors.ts';
import { met, notYet, until } from '../../../core/poll.ts';
import { checkReadyCommand } from './ready-command.ts';
import { statOf } from './stat.ts';
import { failureOf } from './testing/failures.ts';

const { signal } = new AbortController();

describe('a command that tells whether a component is ready', function () {
  this.timeout(60_000);
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ready-command-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const run = (code: string, withinMs = 30_000, during = signal) =>
    checkReadyCommand([process.execPath, '-e', code], folder, { GIVEN: 'yes' }, during, withinMs);

  it('says so by exit code 0, in its folder and with its environment', async () => {
    const code = `process.exit(process.cwd() === '${folder}' && process.env.GIVEN === 'yes' ? 0 : 1)`;
    expect(await run(code)).to.deep.equal({ met: true, value: true });
  });

  it('is told with its exit code and its last lines', async () => {
    const lines = `for (const n of [1, 2, 3, 4]) console.log('line ' + n); process.exit(5)`;
    const found = await run(lines);
    expect(found)
      .to.have.property('saw')
      .that.matches(/ ended with exit code 5: line 2\nline 3\nline 4$/);
    expect(await run('process.kill(process.pid, "SIGTERM")'))
      .to.have.property('saw')
      .that.matches(/ was ended by a signal$/);
    expect(await checkReadyCommand(['no-such-program'], folder, {}, signal)).to.deep.equal({
      met: false,
      saw: 'no-such-program cannot be run: spawn no-such-program ENOENT',
    });
  });

  /** Starts a process that holds the output open, and writes its pid. */
  const hangs = `
    const { pid } = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
    require('node:fs').writeFileSync('pid', String(pid));`;
  const started = () =>
    until(
      'its child',
      async () => {
        const pid = Number(await readFile(join(folder, 'pid'), 'utf8'));
        return pid > 0 ? met(pid) : notYet('no pid');
      },
      { where: 'test', withinMs: 30_000, everyMs: 5, signal },
    );
  const ends = (pid: number) =>
    until('its end', () => (statOf(pid) ? notYet('it runs') : met(true)), {
      ...{ where: 'test', withinMs: 30_000, everyMs: 5, signal },
    });

  it('is ended when it takes too long, with what it has started', async () => {
    expect(await run(hangs, 5_000))
      .to.have.property('saw')
      .that.matches(/ did not end within 5 s$/);
    await ends(await started());
  });

  it('leaves nothing when it ends, or when the wait does', async () => {
    expect(await run(`${hangs} process.exit(0)`)).to.deep.equal({ met: true, value: true });
    await ends(await started());
    await rm(join(folder, 'pid'));
    const over = new AbortController();
    const reason = interrupted('the drill');
    const wait = failureOf(run(hangs, 30_000, over.signal));
    const pid = await started();
    over.abort(reason);
    expect(await wait).to.equal(reason);
    await ends(pid);
  });
});
