import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { actionlint } from './recipe.ts';

describe('the recipe of actionlint', () => {
  it('names the version that its module pins', async () => {
    const text = await readFile(join(actionlint.folder, 'go.mod'), 'utf8');
    expect(text).to.contain(`github.com/rhysd/actionlint v${actionlint.version} `);
  });
});
