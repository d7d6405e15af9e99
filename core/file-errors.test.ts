import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { unreadable } from './file-errors.ts';
import { shownPath } from './shown-path.ts';

describe('a file that cannot be read', () => {
  let directory = '';
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'file-errors-'));
    await writeFile(join(directory, 'file'), '');
  });
  after(() => rm(directory, { recursive: true }));

  const why = async (path: string) => await readFile(join(directory, path)).then(String, unreadable);

  it('is reported in words, without the codes of the operating system', async () => {
    expect(await why('nowhere')).to.equal('does not exist');
    expect(await why('file/below')).to.equal('does not exist: a part of its path is a file');
    expect(await why('.')).to.equal('is a folder; expected a file');
    expect(unreadable(Object.assign(new Error('EACCES: no'), { code: 'EACCES' }))).to.equal(
      'cannot be accessed by this user',
    );
  });

  it('keeps the message of any other error', () => {
    expect(unreadable(new Error('odd'))).to.equal('odd');
    expect(unreadable('odd')).to.equal('odd');
  });

  it('is named by its path from the working directory', () => {
    expect(shownPath(join(process.cwd(), 'mine', 'a.yml'))).to.equal('mine/a.yml');
    expect(shownPath('mine/a.yml')).to.equal('mine/a.yml');
    expect(shownPath('/etc/a.yml')).to.equal('/etc/a.yml');
    expect(shownPath(process.cwd())).to.equal(process.cwd());
  });
});
