import { expect } from 'chai';
import { prometheusFlags } from '../components/prometheus.ts';
import { stackOf } from '../stacks.ts';
import { testFolder } from '../toolchain/testing/folders.ts';
import { holder, holderName } from './holder.ts';
import type { FoundImage, ImageStore } from './image-store.ts';
import { resolveImages } from './resolve.ts';

const stack = stackOf('full', 'sidecar', prometheusFlags);

/** A daemon that can pull everything, and keeps what is built. */
function ableDaemon() {
  const images = new Map<string, FoundImage>();
  const pulled: string[] = [];
  const built: string[] = [];
  const store: ImageStore = {
    architecture: 'other',
    find: async (reference) => images.get(reference),
    async pull(reference) {
      pulled.push(reference);
      images.set(reference, { id: 'sha256:1', digests: [`some/name@sha256:of-${reference}`] });
    },
    load: () => Promise.reject(new Error('not asked for')),
    async build(reference, context) {
      built.push(reference);
      for await (const _ of context);
      images.set(reference, { id: 'sha256:2', digests: [] });
    },
  };
  return { store, pulled, built };
}

describe('official images of a stack', function () {
  this.timeout(60_000);
  const cache = testFolder();

  it('are pulled by their tags and told by their digests; only the sample app is built, on one of them', async () => {
    const { store, pulled, built } = ableDaemon();
    const options = {
      ...{ store, signal: new AbortController().signal, cacheDir: cache(), progress() {} },
      toolchain: () => Promise.reject(new Error('no toolchain is needed')),
    };
    const images = await resolveImages(stack, 'auto', options);
    const references = [holder, ...stack.components.map(({ image }) => image)].map((each) => each?.reference);
    expect(pulled).to.have.members([...new Set(references)]);
    expect(built).to.have.lengthOf(1);
    expect(images.get(holderName)?.digest).to.equal(`sha256:of-${holder.reference}`);
    for (const { name, image, program } of stack.components) {
      const reference = image?.reference ?? '';
      expect(images.get(name)).to.deep.equal(
        program.kind === 'node'
          ? {
              reference: built[0],
              digest: 'sha256:2',
              source: 'official',
              from: `${reference}@sha256:of-${reference}`,
            }
          : { reference, digest: `sha256:of-${reference}`, source: 'official' },
      );
    }
    expect(await resolveImages(stack, 'official', options)).to.deep.equal(images);
    expect([pulled.length, built.length]).to.deep.equal([new Set(references).size, 1]);
  });
});
