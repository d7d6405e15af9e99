import { expect } from 'chai';
import { FiredrillError } from '../../../core/errors.ts';
import { rejectionOf } from '../../toolchain/testing/folders.ts';
import type { ImageStore } from '../image-store.ts';
import { localImages } from './local-images.ts';

const none = () => Promise.reject(new Error('not asked for'));

describe('local images', () => {
  it('are not made for a daemon that cannot run this machine’s programs', async () => {
    const store: ImageStore = { architecture: 'riscv64', find: none, pull: none, load: none, build: none };
    const error = await rejectionOf(
      localImages({
        ...{ store, cacheDir: '/nowhere', project: '/nowhere', progress() {} },
        signal: new AbortController().signal,
        tools: async () => ({ path: () => '', home: () => '' }),
      }),
    );
    expect(error).to.be.instanceOf(FiredrillError).with.property('kind', 'broken');
    expect(String(error)).to.contain('riscv64').and.contain('--images official');
  });
});
