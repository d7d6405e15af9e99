import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { FiredrillError } from '../../core/errors.ts';
import type { ImageStore } from '../../stacks/images/image-store.ts';
import { rejectionOf, testFolder } from '../../stacks/toolchain/testing/folders.ts';
import { k6Image, loadImage } from './load-image.ts';

const { signal } = new AbortController();
const none = () => Promise.reject(new Error('not asked for'));
/** A daemon with these images, that can pull nothing. */
const daemonWith = (...images: readonly string[]): ImageStore => ({
  ...{ architecture: 'amd64', load: none, build: none },
  find: async (reference) => (images.includes(reference) ? { id: 'sha256:1', digests: [] } : undefined),
  pull: () => Promise.reject(new Error('dial tcp: no such host')),
});

describe('the image of k6', () => {
  const folder = testFolder();
  const tools = (env: Readonly<Record<string, string>>) => ({
    ...{ cacheDir: join(folder(), 'cache'), env, signal, progress() {} },
  });

  it('is used where k6 is not built, and there is no Go', async () => {
    const found = await loadImage(tools({ PATH: folder() }), daemonWith(k6Image));
    expect(found?.reference).to.equal(k6Image);
    expect(found?.note).to.match(/^k6 runs from grafana\/k6:[\d.]+: .*there is no go on PATH$/);
  });

  it('is not asked for where there is a k6', async () => {
    const k6 = join(folder(), 'k6');
    await writeFile(k6, '#!/bin/sh\necho k6 v1.2.3\n', { mode: 0o755 });
    const env = { PATH: '/usr/bin:/bin', FIREDRILL_K6: k6 };
    expect(await loadImage(tools(env), daemonWith())).to.equal(undefined);
  });

  it('is told with what else is missing, where it cannot be had', async () => {
    const error = await rejectionOf(loadImage(tools({ PATH: folder() }), daemonWith()));
    expect(error instanceof FiredrillError && error.problems.map(({ where }) => where)).to.deep.equal([
      'toolchain: k6',
      `image ${k6Image}`,
    ]);
  });
});
