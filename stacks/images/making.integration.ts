import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { ContainerRuntimeClient } from 'testcontainers';
import type { ToolProgress } from '../toolchain/progress.ts';
import { rejectionOf, suiteFolder } from '../toolchain/testing/folders.ts';
import { ensureBase } from './base/base.ts';
import { dockerClient } from './daemon.ts';
import { daemonImages } from './daemon-images.ts';
import type { ImageMaking } from './image-store.ts';
import { ensureLocal, type LocalImage, referenceOf } from './local/local-image.ts';
import { runContainer } from './testing/daemon.ts';
import { unlessDocker } from './testing/unless-docker.ts';

describe('making of images', function () {
  this.timeout(120_000);
  const cache = suiteFolder();
  let client: ContainerRuntimeClient;
  let making: ImageMaking;
  let base = '';
  const made: string[] = [];
  const signs: ToolProgress[] = [];

  before(async function () {
    await unlessDocker.call(this);
    client = await dockerClient(new AbortController().signal);
  });

  beforeEach(async () => {
    signs.length = 0;
    const [store, signal] = [daemonImages(client), new AbortController().signal];
    making = { store, signal, cacheDir: cache(), progress: (sign) => signs.push(sign) };
    base = await ensureBase(making);
  });

  afterEach(async () => {
    // The base stays: others stand on it.
    for (const reference of made.splice(0)) await client.container.dockerode.getImage(reference).remove();
  });

  /** An image of this test alone. */
  const unique = (changes: Partial<LocalImage> = {}): LocalImage => ({
    name: 'test',
    dockerfile: [`FROM ${base}`, 'COPY hello /bin/hello', 'ENTRYPOINT ["/bin/hello"]'],
    parts: [],
    texts: { hello: '#!/bin/sh\necho hello\n' },
    content: randomUUID(),
    ...changes,
  });

  it('makes a base with a shell, certificate authorities, time zones and users, and removes its work folder', async () => {
    const script =
      'head -1 /etc/ssl/certs/ca-certificates.crt; TZ=Asia/Tokyo date +%Z; grep ^postgres /etc/passwd; grep ^http /etc/services';
    const { output } = await runContainer(client, {
      image: base,
      entrypoint: ['/bin/sh'],
      args: ['-c', script],
    });
    expect(output).to.match(/^-----BEGIN CERTIFICATE-----\nJST\npostgres:x:999:999:.*\nhttp\s/);
    const left = (await readdir(join(cache(), 'images'))).filter((name) => name.startsWith('work-'));
    expect(left).to.deep.equal([]);
  });

  it('keeps the base: a second call makes nothing', async () => {
    signs.length = 0;
    expect(await ensureBase(making)).to.equal(base);
    expect(signs).to.deep.equal([]);
  });

  it('builds what two ask for at once only once', async () => {
    const image = unique();
    made.push(referenceOf(image));
    const references = await Promise.all([ensureLocal(image, making), ensureLocal(image, making)]);
    expect(references).to.deep.equal([made[0], made[0]]);
    const ends = signs.filter(({ state, tool }) => state === 'ready' && tool === 'image firedrill/test');
    expect(ends.map(({ step }) => step)).to.have.members(['built', 'built by another firedrill']);
    expect((await runContainer(client, { image: made[0] ?? '', args: [] })).output).to.equal('hello\n');
  });

  it('says what the builder said of an image that cannot be built, and leaves none', async () => {
    const image = unique({ dockerfile: [`FROM ${base}`, 'COPY missing /bin/missing'] });
    const error = await rejectionOf(ensureLocal(image, making));
    expect(String(error)).to.contain(referenceOf(image)).and.contain('missing');
    expect(await making.store.find(referenceOf(image), making.signal)).to.equal(undefined);
    const left = (await readdir(join(cache(), 'images'))).filter((name) => name.startsWith('work-'));
    expect(left).to.deep.equal([]);
  });

  it('leaves no image of a build that was stopped', async () => {
    const stop = new AbortController();
    const image = unique();
    const progress = ({ step }: ToolProgress) => {
      if (step === 'build') stop.abort();
    };
    const error = await rejectionOf(ensureLocal(image, { ...making, progress, signal: stop.signal }));
    expect(error).to.equal(stop.signal.reason);
    expect(await making.store.find(referenceOf(image), making.signal)).to.equal(undefined);
  });
});
