import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { problemsOfPromise } from '../core/testing/problems-of.ts';
import { folderOf, readConfigFiles } from './config-files.ts';

describe('readConfigFiles', () => {
  let directory = '';
  const path = (name: string) => join(directory, name);
  const write = async (name: string, text = name) => {
    await mkdir(dirname(path(name)), { recursive: true });
    await writeFile(path(name), text);
  };
  const refused = (overlay: string) => problemsOfPromise(readConfigFiles([path('ours')], overlay));

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'config-files-'));
    await write('ours/prometheus/prometheus.yml', 'global: {}');
    await write('ours/prometheus/rules/checkout.yml', 'ours');
    await write('ours/app/telemetry.env', 'A=1');
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('reads the tree, by path', async () => {
    expect(Object.fromEntries(await readConfigFiles([path('ours')]))).to.deep.equal({
      'prometheus/prometheus.yml': 'global: {}',
      'prometheus/rules/checkout.yml': 'ours',
      'app/telemetry.env': 'A=1',
    });
  });

  it("lays the user's over it: replacing at the same path, joining otherwise", async () => {
    await write('theirs/prometheus/rules/checkout.yml', 'theirs');
    await write('theirs/prometheus/rules/deep/extra.yml', 'extra');
    expect(Object.fromEntries(await readConfigFiles([path('ours')], path('theirs')))).to.deep.equal({
      'prometheus/prometheus.yml': 'global: {}',
      'prometheus/rules/checkout.yml': 'theirs',
      'prometheus/rules/deep/extra.yml': 'extra',
      'app/telemetry.env': 'A=1',
    });
  });

  it('lays each directory over those before it', async () => {
    await write('full/prometheus/prometheus.yml', 'full');
    await write('full/loki/loki.yaml', 'loki');
    await write('direct/prometheus/prometheus.yml', 'direct');
    await write('theirs/loki/loki.yaml', 'theirs');
    const files = await readConfigFiles([path('ours'), path('full'), path('direct')], path('theirs'));
    expect(Object.fromEntries(files)).to.deep.equal({
      'prometheus/prometheus.yml': 'direct',
      'prometheus/rules/checkout.yml': 'ours',
      'app/telemetry.env': 'A=1',
      'loki/loki.yaml': 'theirs',
    });
  });

  it('passes over hidden files and links, which could lead anywhere', async () => {
    await write('theirs/prometheus/.rules.yml.swp');
    await write('secret');
    await symlink(path('secret'), path('theirs/prometheus/rules.yml'));
    expect(await readConfigFiles([path('ours')], path('theirs'))).to.deep.equal(
      await readConfigFiles([path('ours')]),
    );
  });

  it('refuses files that no component reads, each of them, naming the folders there are', async () => {
    await write('theirs/promtheus/prometheus.yml');
    await write('theirs/README.md');
    await write('theirs/prometheus/rules/fine.yml');
    const problems = await refused(path('theirs'));
    expect(problems.map(({ where }) => where)).to.have.members([
      `--config ${path('theirs/promtheus/prometheus.yml')}`,
      `--config ${path('theirs/README.md')}`,
    ]);
    expect(problems[0]?.message).to.include('prometheus/').and.include('app/');
  });

  it('passes over hidden folders', async () => {
    await write('theirs/.git/config');
    expect(await readConfigFiles([path('ours')], path('theirs'))).to.deep.equal(
      await readConfigFiles([path('ours')]),
    );
  });

  it('refuses a file that is meant to replace one of another ending', async () => {
    await write('theirs/prometheus/prometheus.yaml');
    await write('theirs/prometheus/rules/other.yaml');
    const problems = await refused(path('theirs'));
    expect(problems.map(({ where, hint }) => [where, hint])).to.deep.equal([
      [`--config ${path('theirs/prometheus/prometheus.yaml')}`, 'name it prometheus/prometheus.yml'],
    ]);
  });

  it('refuses what is no directory', async () => {
    for (const overlay of [path('nowhere'), path('ours/app/telemetry.env')]) {
      const problems = await refused(overlay);
      expect(problems.map(({ where, message }) => [where, message])).to.deep.equal([
        [`--config ${overlay}`, 'is no directory'],
      ]);
    }
  });

  // Root reads everything.
  (process.getuid?.() === 0 ? it.skip : it)('refuses a file that cannot be read', async () => {
    await write('theirs/prometheus/rules/mine.yml');
    await chmod(path('theirs/prometheus/rules/mine.yml'), 0);
    const [problem] = await refused(path('theirs'));
    expect(problem?.where).to.equal(path('theirs/prometheus/rules/mine.yml'));
  });
});

describe('folderOf', () => {
  it('is the first part of a path', () => {
    expect(folderOf('prometheus/rules/a.yml')).to.equal('prometheus');
    expect(folderOf('README.md')).to.equal('README.md');
  });
});
