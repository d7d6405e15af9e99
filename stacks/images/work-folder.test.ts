import { access, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { Scope } from '../../core/scope.ts';
import { tryLock } from '../toolchain/locks.ts';
import { testFolder } from '../toolchain/testing/folders.ts';
import { lockOf, workFolder } from './work-folder.ts';

describe('work folder', () => {
  const cache = testFolder();

  it('goes away with its scope, and takes along what the dead have left, but nothing of the living', async () => {
    const images = join(cache(), 'images');
    for (const left of ['work-loki-abc123', 'work-a-b-abc123', 'work-alive-abc123']) {
      await mkdir(join(images, left), { recursive: true });
    }
    const alive = await tryLock(lockOf('alive', cache()));
    await using scope = new Scope();
    const folder = await workFolder('loki', cache(), scope);
    await access(folder);
    const works = async () => (await readdir(images)).filter((name) => name.startsWith('work-'));
    expect(await works()).to.have.members(['work-alive-abc123', folder.slice(images.length + 1)]);
    await scope.close();
    expect(await works()).to.deep.equal(['work-alive-abc123']);
    await alive?.release();
  });
});
