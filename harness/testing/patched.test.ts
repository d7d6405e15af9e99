import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { expect } from 'chai';

import { sourcePatches } from './patched.ts';

describe('a patch of the source, for a test of a defect', () => {
  for (const [name, { file, from, to }] of Object.entries(sourcePatches)) {
    it(`${name} finds its text once`, () => {
      const source = readFileSync(resolve(import.meta.dirname, '../..', file), 'utf8');
      expect(source.split(from), `${file}: ${from}`).to.have.lengthOf(2);
      expect(to).to.not.equal(from);
    });
  }
});
