import { existsSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const project = fileURLToPath(new URL('..', import.meta.url));

/** The rooms, and the folders in them that hold several files of code. */
async function rooms(): Promise<string[]> {
  const files: string[] = [];
  const exclude = (path: string) => path === 'node_modules' || path === 'testing' || path.startsWith('.');
  for await (const file of glob('{*,*/*}/*.ts', { cwd: project, exclude })) {
    if (!/\.(test|integration|bench)\.ts$/.test(file) && !/\/testing\//.test(file)) files.push(dirname(file));
  }
  const several = new Set(files.filter((folder, i) => files.indexOf(folder) !== i));
  return [...new Set([...several, ...files.map((folder) => folder.split('/')[0] ?? '')])].sort();
}

describe('rooms', () => {
  it('open with a page that says what they are for and what they may import', async () => {
    const found = await rooms();
    expect(found).to.include.members([
      'core',
      'core/promql',
      'signals',
      'signals/readers',
      'stacks/toolchain',
    ]);
    for (const room of found.filter((folder) => folder !== 'scenarios/load')) {
      const page = await readFile(join(project, room, 'README.md'), 'utf8').catch(() => '');
      expect(page, `${room}/README.md`)
        .to.match(/^# /)
        .and.match(/import/);
    }
  });

  it('name files that are there', async () => {
    for (const room of await rooms()) {
      const page = await readFile(join(project, room, 'README.md'), 'utf8').catch(() => '');
      const named = [...page.matchAll(/`([\w./-]+\.ts)`/g)].map(([, path = '']) => path);
      const lost = named.filter((path) => ![room, ''].some((from) => existsSync(join(project, from, path))));
      expect(lost, `${room}/README.md`).to.deep.equal([]);
    }
  });

  it('name nothing of the shop, if they are for any system', async () => {
    const named: string[] = [];
    const files = glob('{core,harness,assertions,signals,reports,faults}/**/*.{ts,json,md}', {
      cwd: project,
    });
    for await (const file of files) {
      if (/\.(test|integration|nightly)\.ts$|\/testing\/|samples/.test(file)) continue;
      const text = await readFile(join(project, file), 'utf8');
      for (const [word] of text.matchAll(/storefront|orders|payment|checkout|monthly/gi))
        named.push(`${file}: ${word}`);
    }
    expect(named).to.deep.equal([]);
  });
});
