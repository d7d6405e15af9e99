import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { keepFiles } from './keep-files.ts';

describe('the files of an artefact', () => {
  let place = '';
  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'firedrill-keep-'));
    for (const file of ['.out/a/record.json', '.out/a/.trace', '.out/b/record.json', 'other']) {
      const path = join(place, 'from', file);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, 'text');
    }
    await symlink('b', join(place, 'from', '.out', 'latest'));
    await symlink('..', join(place, 'from', '.out', 'b', 'up'));
  });
  afterEach(() => rm(place, { recursive: true, force: true }));

  const kept = async (hidden: boolean, ...paths: string[]) => {
    const to = join(place, 'to');
    await rm(to, { recursive: true, force: true });
    const { files, bytes } = await keepFiles({ hidden, paths }, join(place, 'from'), to);
    const entries = await readdir(to, { recursive: true, withFileTypes: true }).catch(() => []);
    const names = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(to.length + 1));
    expect([files, bytes]).to.deep.equal([names.length, 4 * names.length]);
    return names.sort();
  };

  it('are all below its paths, those behind links again, but not without end', async () => {
    expect(await kept(true, './.out/')).to.deep.equal([
      '.out/a/.trace',
      '.out/a/record.json',
      '.out/b/record.json',
      '.out/latest/record.json',
    ]);
  });

  it('leave out what is excluded or hidden', async () => {
    expect(await kept(true, '.out', '!.out/lat*')).to.not.include('.out/latest/record.json');
    expect(await kept(false, '.out', 'other')).to.deep.equal(['other']);
  });

  it('leave out hidden ones below a path that is not', async () => {
    expect(await kept(false, '.out/a')).to.deep.equal(['.out/a/record.json']);
  });

  it('are none where there is nothing', async () => {
    expect(await kept(true, 'nowhere')).to.deep.equal([]);
  });

  it('may not have names that GitHub refuses', async () => {
    await writeFile(join(place, 'from', '.out', '12:00.log'), '');
    await keepFiles({ hidden: true, paths: ['.out'] }, join(place, 'from'), join(place, 'to')).then(
      () => expect.fail('was kept'),
      (error: Error) => expect(error.message).to.contain('12:00.log'),
    );
  });
});
