import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { FiredrillError } from '../../../core/errors.ts';
import { met, notYet, until } from '../../../core/poll.ts';
import { isDead, ownerOf, ownerText, parseOwner } from './owner.ts';
import { replaceFile, restoreFile, restoreFiles } from './replaced-files.ts';

describe('files of the user that a run replaces', () => {
  const owner = ownerOf('mine', process.pid);
  const other = ownerOf('other', process.pid);
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'replaced-'));
    await mkdir(join(folder, 'conf'));
    await writeFile(join(folder, 'conf', 'a'), Buffer.from([0, 255, 10]), { mode: 0o640 });
    await writeFile(join(folder, 'b'), 'b');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const at = (path: string) => join(folder, path);
  const whole = async () => {
    const { mode, mtimeMs, ino } = await stat(at('conf/a'));
    return { bytes: [...(await readFile(at('conf/a')))], mode: mode & 0o7777, mtimeMs, ino };
  };
  const replace = (file = 'conf/a', by = 'b', whose = owner) => replaceFile(folder, file, by, whose);
  const refused = async (work: Promise<void>): Promise<string> => {
    const [result] = await Promise.allSettled([work]);
    if (result.status === 'fulfilled') throw new Error('it was replaced');
    expect(result.reason).to.be.instanceOf(FiredrillError);
    return String(result.reason);
  };
  const onlyItsOwn = async () => expect(await readdir(folder)).to.have.members(['b', 'conf']);

  it('are put back as they were, and nothing else is left', async () => {
    const before = await whole();
    await replace();
    expect(await readFile(at('conf/a'), 'utf8')).to.equal('b');
    expect((await whole()).mode).to.equal(0o640);
    expect(await readdir(at('conf'))).to.deep.equal(['a']);
    await restoreFile(folder, 'conf/a', owner);
    await restoreFile(folder, './conf/a', owner);
    expect(await whole()).to.deep.equal(before);
    expect(await readdir(at('conf'))).to.deep.equal(['a']);
    await onlyItsOwn();
  });

  it('are put back where the service has changed or removed what took their place', async () => {
    const before = await whole();
    await replace();
    await writeFile(at('conf/a'), 'changed');
    await restoreFile(folder, 'conf/a', owner);
    expect(await whole()).to.deep.equal(before);
    await replace();
    await rm(at('conf/a'));
    await restoreFile(folder, 'conf/a', owner);
    expect(await whole()).to.deep.equal(before);
  });

  it('may be symbolic links, whose files elsewhere are left alone', async () => {
    await symlink(at('b'), at('conf/link'));
    await writeFile(at('c'), 'c');
    await replace('conf/link', 'c');
    expect(await readFile(at('b'), 'utf8')).to.equal('b');
    expect(await readFile(at('conf/link'), 'utf8')).to.equal('c');
    await restoreFile(folder, 'conf/link', owner);
    expect(await readFile(at('conf/link'), 'utf8')).to.equal('b');
  });

  it('are replaced by one run at a time, and put back by that run only', async () => {
    const before = await whole();
    await replace();
    expect(await refused(replace('conf/a', 'b', other))).to.match(
      /fault: conf\/a: another run has replaced it, and not put it back yet\n.*its original is .*\/original/,
    );
    await restoreFile(folder, 'conf/a', other);
    expect(await restoreFiles(folder, isDead)).to.deep.equal([]);
    expect(await readFile(at('conf/a'), 'utf8')).to.equal('b');
    await restoreFile(folder, 'conf/a', owner);
    expect(await whole()).to.deep.equal(before);
  });

  it('are left as they are where they cannot be replaced', async () => {
    const before = await whole();
    const outside = await mkdtemp(join(tmpdir(), 'outside-'));
    await writeFile(join(outside, 'd'), 'd');
    await symlink(outside, at('out'));
    expect(await refused(replace('out/d'))).to.include('which is outside of');
    expect(await refused(replace('conf/a', 'no-such'))).to.include('no-such');
    expect(await refused(replace('conf/no-such'))).to.include('no-such');
    expect(await refused(replace('conf'))).to.match(/EPERM|EISDIR/);
    expect(await readFile(join(outside, 'd'), 'utf8')).to.equal('d');
    expect(await whole()).to.deep.equal(before);
    await rm(at('out'));
    await rm(outside, { recursive: true });
    await rm(at('.firedrill'), { recursive: true });
    await onlyItsOwn();
  });

  it('keep their original, and say so, where they cannot be put back', async () => {
    await replace();
    await rm(at('conf'), { recursive: true });
    const [failed] = await Promise.allSettled([restoreFile(folder, 'conf/a', owner)]);
    expect(failed.status === 'rejected' && String(failed.reason)).to.include('ENOENT');
    expect((await restoreFiles(folder, () => true)).join()).to.match(
      /^replaced file .*conf\/a, not put back: .*ENOENT/,
    );
    await mkdir(at('conf'));
    await restoreFile(folder, 'conf/a', owner);
    expect((await whole()).bytes).to.deep.equal([0, 255, 10]);
  });

  /** A harness that replaces the file, and is killed. Its watcher knows the folder if `watched`. */
  async function killed(watched: boolean): Promise<string> {
    const here = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
    const code = `
      import { ownerOf, ownerText } from ${here('owner.ts')};
      import { replaceFile } from ${here('replaced-files.ts')};
      import { startWatcher } from ${here('start-watcher.ts')};
      const owner = ownerOf('doomed', process.pid);
      ${watched ? `startWatcher(owner, process.execPath, {}, { folder: ${JSON.stringify(folder)} });` : ''}
      await replaceFile(${JSON.stringify(folder)}, 'conf/a', 'b', owner);
      console.log(ownerText(owner));
      setInterval(() => {}, 1000);`;
    const harness = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(harness, 'exit');
    const [said] = (await once(harness.stdout, 'data')) as [Buffer];
    expect(await readFile(at('conf/a'), 'utf8')).to.equal('b');
    harness.kill('SIGKILL');
    await exited;
    return String(said).trim();
  }

  it('are put back by the watcher of a killed run', async () => {
    const before = await whole();
    await killed(true);
    await until(
      'the watcher',
      async () => {
        const names = await readdir(folder);
        return names.includes('.firedrill') ? notYet(names.join()) : met(true);
      },
      { where: 'test', withinMs: 30_000, everyMs: 20, signal: new AbortController().signal },
    );
    expect(await whole()).to.deep.equal(before);
  });

  it('are put back by the next run, where the watcher was killed too', async () => {
    const before = await whole();
    const dead = await killed(false);
    expect(ownerText(parseOwner(dead) ?? owner)).to.equal(dead);
    expect(await restoreFiles(folder, isDead)).to.deep.equal([`replaced file ${at('conf/a')}`]);
    expect(await whole()).to.deep.equal(before);
    await onlyItsOwn();
  });

  it('are left alone where a run was killed before it replaced them', async () => {
    const before = await whole();
    const dead = await killed(false);
    await restoreFiles(folder, () => true);
    const made = at('.firedrill/replaced/conf%2Fa.0123');
    await mkdir(made, { recursive: true });
    await writeFile(join(made, 'about.json'), JSON.stringify({ file: 'conf/a', owner: dead }));
    await writeFile(join(made, 'original'), 'half');
    await chmod(made, 0o700);
    expect(await restoreFiles(folder, isDead)).to.have.length(1);
    expect(await whole()).to.deep.equal(before);
    expect(await readdir(at('.firedrill/replaced'))).to.deep.equal([]);
  });
});
