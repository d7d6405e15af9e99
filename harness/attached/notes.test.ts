import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { messageOf } from '../../core/errors.ts';
import { ownerOf, ownerText } from '../../stacks/runtimes/process/owner.ts';
import { type Change, Notes, readLeft, removeUnfinished } from './notes.ts';

const change: Change = {
  kind: 'fault',
  scenario: 'shop-broken',
  fault: { kind: 'command', params: { breaks: 'the shop', inject: ['a'], revert: ['b'] } },
};
const failed = async (promise: Promise<unknown>) => await promise.then(() => 'no failure', messageOf);

describe('the notes of a staging', () => {
  let folder: string;
  let staging: { readonly file: string };
  const alive = ownerOf('one', process.pid);
  const dead = { ...ownerOf('two', process.pid), startTicks: '1' };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'notes-test-'));
    staging = { file: join(folder, 'staging.yaml') };
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('are on disk before the change, and gone when it is undone', async () => {
    const notes = await Notes.open(staging, dead);
    await notes.add(change);
    expect((await readLeft(staging))?.changes).to.deep.equal([change]);
    const path = join(folder, '.firedrill/attached/staging.yaml.json');
    expect((await stat(path)).mode & 0o777).to.equal(0o600);
    await notes.close();
    expect(await readFile(path, 'utf8'), 'a change is left').to.contain('shop-broken');
    await notes.strike(change);
    await notes.close();
    expect(await readdir(folder)).to.deep.equal([]);
    expect(await readLeft(staging)).to.equal(undefined);
  });

  it('keep a second drill away while the first is alive', async () => {
    const notes = await Notes.open(staging, alive);
    expect(await failed(readLeft(staging))).to.match(/drill one \(process \d+\) is under way/);
    expect(await failed(Notes.open(staging, dead))).to.match(/another drill has begun/);
    expect(await readdir(join(folder, '.firedrill/attached'))).to.deep.equal(['staging.yaml.json']);
    await notes.close();
    expect(await readLeft(staging)).to.equal(undefined);
  });

  it('that a killed run was writing are removed, and those of a run that is alive stay', async () => {
    const attached = join(folder, '.firedrill/attached');
    await mkdir(attached, { recursive: true });
    const unfinished = (owner: typeof alive) => `staging.yaml.json.${ownerText(owner)}`;
    for (const owner of [alive, dead]) await writeFile(join(attached, unfinished(owner)), '{"own');
    await writeFile(join(attached, 'other.yaml.json'), '{}');
    await removeUnfinished(staging);
    expect(await readdir(attached)).to.have.members([unfinished(alive), 'other.yaml.json']);
    await rm(attached, { recursive: true });
    await mkdir(attached);
    await removeUnfinished(staging);
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it('that are damaged are not passed over', async () => {
    await (await Notes.open(staging, dead)).add(change);
    await writeFile(join(folder, '.firedrill/attached/staging.yaml.json'), '{"owner":');
    expect(await failed(readLeft(staging))).to.match(/damaged/);
  });
});
