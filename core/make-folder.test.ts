import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { makeFolder } from './make-folder.ts';

const codeOf = async (path: string): Promise<string | undefined> =>
  await makeFolder(path).then(
    () => undefined,
    ({ code }: NodeJS.ErrnoException) => code,
  );

describe('makeFolder', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'make-folder-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('makes what is missing, once or at the same time, and leaves what is there', async () => {
    const deep = join(folder, 'a', 'b', 'c');
    expect(await Promise.all([codeOf(deep), codeOf(deep), codeOf(join(folder, 'a'))])).to.deep.equal([
      ...[undefined, undefined, undefined],
    ]);
    expect((await stat(deep)).isDirectory()).to.equal(true);
  });

  it('says why it cannot, and comes to an end where nothing can be made', async () => {
    await writeFile(join(folder, 'file'), '');
    expect(await codeOf(join(folder, 'file'))).to.equal('EEXIST');
    expect(await codeOf(join(folder, 'file', 'below'))).to.equal('ENOTDIR');
    expect(await codeOf('/proc/nothing/below')).to.equal('ENOENT');
  });
});
