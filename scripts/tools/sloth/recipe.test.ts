import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { sloth } from './recipe.ts';

describe('the recipe of sloth', () => {
  it('names the version that its module pins', async () => {
    const text = await readFile(join(sloth.folder, 'go.mod'), 'utf8');
    expect(text).to.contain(`github.com/slok/sloth v${sloth.version} `);
  });
});
