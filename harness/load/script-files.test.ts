import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { scriptFiles } from './script-files.ts';

describe('the files of a k6 script', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'firedrill-script-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const filesOf = async (files: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    const found = await scriptFiles(join(folder, 'load', 'orders.ts'));
    return found.map((file) => file.slice(folder.length + 1));
  };

  it('are those that it imports and opens, and those that these import', async () => {
    const found = await filesOf({
      'load/orders.ts': `import http from 'k6/http'; import { a } from './parts/a.js';
        const items = JSON.parse(open('../items.json')); const path = "./not-there";`,
      'load/parts/a.js': `const back = require("../orders.ts"); import { b } from '../b.mjs'`,
      'load/b.mjs': '',
      'items.json': '["./load/unrelated.ts"]',
      'load/unrelated.ts': '',
    });
    expect(found).to.deep.equal(['load/orders.ts', 'load/parts/a.js', 'load/b.mjs', 'items.json']);
  });

  it('are not known of a script that is not there', async () => {
    const error = await scriptFiles(join(folder, 'none.ts')).catch((reason: unknown) => reason);
    expect(error).to.have.property('code', 'ENOENT');
  });
});
