import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { cacheKey } from './cache-key.ts';
import type { Recipe } from './recipe.ts';
import { testFolder } from './testing/folders.ts';

describe('cacheKey', () => {
  const folder = testFolder();
  const recipe = (changes: Partial<Recipe> = {}): Recipe => ({
    tool: 'hello',
    version: '1.2.3',
    binaries: ['hello'],
    folder: folder(),
    expectedMs: 1,
    diskBytes: 1,
    build: async () => {},
    ...changes,
  });
  beforeEach(async () => {
    await writeFile(join(folder(), 'go.mod'), 'module hello\n');
    await mkdir(join(folder(), 'module'));
    await writeFile(join(folder(), 'module', 'go.sum'), 'a h1:b\n');
  });

  it('names tool and version, and stays the same for the same files', async () => {
    const key = await cacheKey(recipe());
    expect(key).to.match(/^hello-1\.2\.3-[0-9a-f]{12}$/);
    expect(await cacheKey(recipe({ expectedMs: 9 }))).to.equal(key);
  });

  it('changes with the version', async () => {
    expect(await cacheKey(recipe({ version: '1.2.4' }))).not.to.equal(await cacheKey(recipe()));
  });

  it('changes with the content, the name and the number of files, at any depth', async () => {
    const keys = new Set([await cacheKey(recipe())]);
    await writeFile(join(folder(), 'module', 'go.sum'), 'a h1:c\n');
    keys.add(await cacheKey(recipe()));
    await rename(join(folder(), 'module', 'go.sum'), join(folder(), 'module', 'go.mod'));
    keys.add(await cacheKey(recipe()));
    await writeFile(join(folder(), 'manifest.yaml'), '');
    keys.add(await cacheKey(recipe()));
    expect(keys).to.have.lengthOf(4);
  });
});
