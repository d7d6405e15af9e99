import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { goCaches } from './go-env.ts';
import { removeCaches, useCaches } from './shared-caches.ts';
import { testFolder } from './testing/folders.ts';

const signal = new AbortController().signal;

describe('shared caches', () => {
  const folder = testFolder();
  const build = () => join(folder(), 'build');
  const locks = () => join(build(), 'locks');
  beforeEach(async () => {
    for (const path of [join(build(), 'mod'), join(build(), 'go'), join(build(), 'trash-old'), locks()]) {
      await mkdir(path, { recursive: true });
      await writeFile(join(path, 'file'), '');
    }
  });

  it('are removed with leftovers of an interrupted removal, once no process uses them', async () => {
    const use = await useCaches(locks(), signal);
    await use.end();
    await use.end();
    await removeCaches(build(), locks(), goCaches(folder(), {}), signal);
    expect(await readdir(build())).to.deep.equal(['locks']);
  });

  it('stay while another build uses them', async () => {
    const other = await useCaches(locks(), signal);
    await removeCaches(build(), locks(), goCaches(folder(), {}), signal);
    expect(await readdir(build())).to.include.members(['mod', 'go']);
    await other.end();
  });

  it('stay when they are the user’s', async () => {
    const env = { GOMODCACHE: join(build(), 'mod') };
    await removeCaches(build(), locks(), goCaches(folder(), env), signal);
    expect(await readdir(build())).to.have.members(['mod', 'locks']);
  });
});
