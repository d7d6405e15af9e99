import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { logTail } from './log-tail.ts';
import { runLogged } from './run-logged.ts';
import { rejectionOf, testFolder } from './testing/folders.ts';

describe('runLogged', () => {
  const folder = testFolder();
  const log = () => join(folder(), 'log');
  const sh = (script: string, signal = new AbortController().signal) =>
    runLogged({
      file: 'sh',
      args: ['-c', script],
      cwd: folder(),
      env: { PATH: '/usr/bin:/bin', WORD: 'hello' },
      log: log(),
      signal,
    });

  it('writes the commands and both outputs to the log, one after the other', async () => {
    expect(await sh('echo $WORD; pwd >&2')).to.equal(undefined);
    expect(await sh('echo again')).to.equal(undefined);
    expect(await readFile(log(), 'utf8')).to.equal(
      `$ sh -c echo $WORD; pwd >&2\nhello\n${folder()}\n$ sh -c echo again\nagain\n`,
    );
  });

  it('says how a command ended that failed', async () => {
    expect(await sh('exit 3')).to.equal('ended with exit code 3');
    expect(await sh('kill -KILL $$')).to.equal('was ended by SIGKILL');
  });

  it('rejects for a command that cannot be started', async () => {
    const run = runLogged({
      file: 'no-such-program',
      args: [],
      cwd: folder(),
      env: { PATH: folder() },
      log: log(),
      signal: new AbortController().signal,
    });
    expect(await rejectionOf(run)).to.have.property('code', 'ENOENT');
  });

  it('does not start when aborted before', async () => {
    await rejectionOf(sh('touch started', AbortSignal.abort()));
    expect(await logTail(log(), 1)).to.deep.equal([]);
  });
});

describe('logTail', () => {
  const folder = testFolder();

  it('gives the last lines of a long log', async () => {
    const path = join(folder(), 'log');
    await runLogged({
      file: 'sh',
      args: ['-c', 'i=0; while [ $i -lt 5000 ]; do i=$((i+1)); echo line $i; done'],
      cwd: folder(),
      env: {},
      log: path,
      signal: new AbortController().signal,
    });
    expect(await logTail(path, 2)).to.deep.equal(['line 4999', 'line 5000']);
    expect(await logTail(path, 1)).to.deep.equal(['line 5000']);
  });
});
