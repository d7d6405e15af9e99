import { once } from 'node:events';
import { expect } from 'chai';
import { FiredrillError } from '../../core/errors.ts';
import { rejectionOf } from '../toolchain/testing/folders.ts';
import type { FoundImage, ImageStore, Work } from './image-store.ts';
import { ensureOfficial } from './official.ts';

const never = new AbortController().signal;
const none = () => Promise.reject(new Error('not asked for'));

/** A daemon with these images, that pulls as told. */
function daemonWith(images: readonly string[], pull: (reference: string, work: Work) => Promise<void>) {
  const has = new Set(images);
  const pulled: string[] = [];
  const store: ImageStore = {
    architecture: 'amd64',
    find: async (reference) => (has.has(reference) ? imageOf(reference) : undefined),
    async pull(reference, work) {
      pulled.push(reference);
      await pull(reference, work);
      has.add(reference);
    },
    load: none,
    build: none,
  };
  return { store, pulled };
}

const imageOf = (reference: string): FoundImage => ({ id: `sha256:${reference}`, digests: [] });
const options = { signal: never, progress() {}, silenceMs: 60_000 };
const says = (message: string) => () => Promise.reject(new Error(message));

async function errorOf(message: string): Promise<FiredrillError> {
  const { store } = daemonWith([], says(message));
  const error = await rejectionOf(ensureOfficial(['grafana/loki:3.7.8'], { ...options, store }));
  expect(error).to.be.instanceOf(FiredrillError);
  return error as FiredrillError;
}

describe('official images', () => {
  it('pulls what the daemon lacks, once, from the smallest', async () => {
    const { store, pulled } = daemonWith(['grafana/loki:3.7.8'], async () => {});
    const references = ['prom/prometheus:v3', 'grafana/loki:3.7.8', 'a.b/pause:3', 'prom/prometheus:v3'];
    const found = await ensureOfficial(references, { ...options, store });
    expect(pulled).to.deep.equal(['a.b/pause:3', 'prom/prometheus:v3']);
    expect([...found.keys()]).to.have.members(['prom/prometheus:v3', 'grafana/loki:3.7.8', 'a.b/pause:3']);
  });

  it('ends at the first that cannot be had', async () => {
    const { store, pulled } = daemonWith([], says('dial tcp: lookup a.b: no such host'));
    const error = await rejectionOf(
      ensureOfficial(['prom/prometheus:v3', 'a.b/pause:3'], { ...options, store }),
    );
    expect(pulled).to.deep.equal(['a.b/pause:3']);
    expect(String(error)).to.contain('a.b/pause:3');
  });

  it('names the image, what the daemon said and what to do about each kind of refusal', async () => {
    for (const [said, means, hint] of [
      ['lookup registry-1.docker.io: no such host', 'cannot be reached', '--images local'],
      ['manifest for grafana/loki:3.7.8 not found: manifest unknown', 'no such image', 'correct the tag'],
      ['toomanyrequests: You have reached your pull rate limit', 'refuses', 'docker login'],
      ['no space left on device', 'cannot be pulled', 'docker pull grafana/loki:3.7.8'],
    ] as const) {
      const { kind, problems } = await errorOf(said);
      expect(kind).to.equal('broken');
      expect(problems[0]?.where).to.equal('image grafana/loki:3.7.8');
      expect(problems[0]?.message).to.contain(means).and.contain(said);
      expect(problems[0]?.hint).to.contain(hint);
    }
  });

  it('gives up on a registry that is silent', async () => {
    const silent = daemonWith([], async (_, { signal }) => {
      await once(signal, 'abort');
      throw new Error('aborted');
    });
    const error = await rejectionOf(
      ensureOfficial(['grafana/loki:3.7.8'], { ...options, store: silent.store, silenceMs: 20 }),
    );
    expect(String(error)).to.contain('cannot be reached').and.contain('nothing was heard of it for 0.02 s');
  });

  it('does not take an interruption for a fault of the registry', async () => {
    const stop = new AbortController();
    const { store } = daemonWith([], async (_, { signal }) => {
      stop.abort();
      signal.throwIfAborted();
    });
    const error = await rejectionOf(
      ensureOfficial(['grafana/loki:3.7.8'], { ...options, signal: stop.signal, store }),
    );
    expect(error).to.equal(stop.signal.reason);
  });
});
