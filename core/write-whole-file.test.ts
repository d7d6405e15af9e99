import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { writeWholeFile } from './write-whole-file.ts';

describe('a file that is written as a whole', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'whole-file-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('replaces the one before, and leaves nothing beside it', async () => {
    const path = join(folder, 'summary.md');
    for (const text of ['a longer text', 'short']) {
      await writeWholeFile(path, text);
      expect(await readFile(path, 'utf8')).to.equal(text);
    }
    expect(await readdir(folder)).to.deep.equal(['summary.md']);
  });

  it('leaves nothing when it cannot be written', async () => {
    const path = join(folder, 'taken');
    await mkdir(path);
    const failed = await writeWholeFile(path, 'text').catch((error: unknown) => error);
    expect(failed).to.be.an('error');
    expect(await readdir(folder)).to.deep.equal(['taken']);
  });
});
