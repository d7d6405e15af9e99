import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { testFolder } from '../../toolchain/testing/folders.ts';
import { fileDigest, knownDigest } from '../file-digest.ts';
import { splitReference } from '../image-signs.ts';
import { type LocalImage, referenceOf } from './local-image.ts';

const image: LocalImage = {
  name: 'loki',
  dockerfile: ['FROM firedrill/base:0123456789ab'],
  parts: [{ folder: '/tmp', names: ['loki'] }],
  texts: {},
  content: 'abc',
};

describe('tags of local images', () => {
  it('are 12 hex digits of a component’s own repository', () => {
    expect(referenceOf(image)).to.match(/^firedrill\/loki:[0-9a-f]{12}$/);
  });

  it('change with what is in the image, and with nothing else', () => {
    const changed: LocalImage[] = [
      { ...image, dockerfile: ['FROM firedrill/base:ba9876543210'] },
      { ...image, texts: { script: 'exit 0' } },
      { ...image, content: 'abd' },
      { ...image, exclude: ['*.map'] },
    ];
    const references = new Set([image, ...changed].map(referenceOf));
    expect(references).to.have.lengthOf(changed.length + 1);
    expect(referenceOf({ ...image, parts: [{ folder: '/home', names: ['loki'] }] })).to.equal(
      referenceOf(image),
    );
  });

  it('are distinguished from a registry’s port', () => {
    expect(splitReference('grafana/loki:3.7.8')).to.deep.equal(['grafana/loki', '3.7.8']);
    expect(splitReference('localhost:5000/loki')).to.deep.equal(['localhost:5000/loki', 'latest']);
  });
});

describe('digest of a program', () => {
  const folder = testFolder();

  it('is remembered until the file changes', async () => {
    const file = join(folder(), 'program');
    const cacheDir = join(folder(), 'cache');
    await mkdir(cacheDir);
    for (const content of ['one', 'three']) {
      await writeFile(file, content);
      expect(await knownDigest(file, cacheDir)).to.equal(await fileDigest(file));
      expect(await knownDigest(file, cacheDir)).to.equal(await fileDigest(file));
    }
  });
});
