import { mkdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { anyHeld, lockWhenFree, tryLock } from './locks.ts';
import { rejectionOf, testFolder } from './testing/folders.ts';

describe('locks', () => {
  const folder = testFolder();
  const path = () => join(folder(), 'locks', 'tool');

  it('admit one process at a time, and report the holder to the one that waits', async () => {
    const first = await tryLock(path());
    expect(await tryLock(path())).to.equal(undefined);
    const holders: string[] = [];
    const released = { already: false };
    const second = await lockWhenFree(path(), {
      where: 'test',
      signal: new AbortController().signal,
      onWait: (holder) => {
        holders.push(holder);
        released.already = true;
        void first?.release();
      },
    });
    expect(released.already).to.equal(true);
    expect(holders[0]).to.equal(`process ${process.pid}`);
    await second.release();
  });

  it("take a dead holder's lock", async () => {
    await mkdir(`${path()}.lock`, { recursive: true });
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(`${path()}.lock`, longAgo, longAgo);
    const lock = await tryLock(path());
    expect(lock).not.to.equal(undefined);
    await lock?.release();
  });

  it('stop waiting when aborted', async () => {
    const first = await tryLock(path());
    const stop = new AbortController();
    const waiting = lockWhenFree(path(), { where: 'test', signal: stop.signal, onWait: () => stop.abort() });
    expect(await rejectionOf(waiting)).to.have.property('name', 'AbortError');
    await first?.release();
  });

  it('are found held by prefix, while they are', async () => {
    const lock = await tryLock(join(folder(), 'user-1'));
    expect(await anyHeld(folder(), 'user-')).to.equal(true);
    expect(await anyHeld(folder(), 'other-')).to.equal(false);
    await lock?.release();
    expect(await anyHeld(folder(), 'user-')).to.equal(false);
  });
});
