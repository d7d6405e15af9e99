import { expect } from 'chai';
import { FiredrillError } from '../../core/errors.ts';
import type { ComponentSpec, Program } from '../component.ts';
import { rejectionOf } from '../toolchain/testing/folders.ts';
import { ensureUserImages, imageKeyOf } from './user-images.ts';

const component = (name: string, program: Program): ComponentSpec => ({
  ...{ name, pod: name, program, args: [], env: {}, ports: [80], after: [] },
  ready: { kind: 'tcp', port: 80 },
});
const from = (name: string, reference: string) => component(name, { kind: 'image', reference, files: [] });
const prometheus = component('prometheus', { kind: 'binary', binary: 'prometheus' });

/** A daemon with these images, and a registry with others. */
const options = (has: readonly string[], registry: readonly string[] = []) => {
  const images = new Set(has);
  const none = () => Promise.reject(new Error('not asked for'));
  return {
    ...{ signal: new AbortController().signal, progress() {}, silenceMs: 60_000 },
    store: {
      ...{ architecture: 'amd64', load: none, build: none },
      find: async (reference: string) =>
        images.has(reference) ? { id: `sha256:${reference}`, digests: [] } : undefined,
      pull: async (reference: string) => {
        if (!registry.includes(reference)) throw new Error('manifest unknown');
        images.add(reference);
      },
    },
  };
};

describe('images of a user', () => {
  it('are those of the daemon, or are pulled', async () => {
    const all = [from('web', 'web:1'), from('web-2', 'web:1'), from('db', 'db:1'), prometheus];
    const found = await ensureUserImages(all, options(['web:1'], ['db:1']));
    expect([...found.keys()]).to.deep.equal(['web:1', 'db:1']);
  });

  it('may stand in the place of official ones', async () => {
    const image = { entrypoint: ['/bin/prometheus'], user: '1', config: '/etc', data: '/data' };
    const chosen = { ...prometheus, image: { ...image, reference: 'mine/prometheus:4', isChosen: true } };
    const official = { ...prometheus, image: { ...image, reference: 'prom/prometheus:v3' } };
    const found = await ensureUserImages([chosen, official], options(['mine/prometheus:4']));
    expect([...found.keys()]).to.deep.equal(['mine/prometheus:4']);
    const error = await rejectionOf(ensureUserImages([chosen], options([])));
    expect(error instanceof FiredrillError && error.problems[0]?.where).to.equal('prometheus');
  });

  it('are named with their services where they cannot be had, all at once', async () => {
    const all = [from('web', 'web:1'), from('web-2', 'web:1'), from('db', 'db:1'), from('api', 'api:1')];
    const error = await rejectionOf(ensureUserImages(all, options(['api:1'])));
    if (!(error instanceof FiredrillError)) throw error;
    expect(error.kind).to.equal('broken');
    expect(error.problems).to.deep.equal(
      [
        ['web, web-2', 'web:1'],
        ['db', 'db:1'],
      ].map(([where, reference]) => ({
        where,
        message: `the image ${reference} is not in the daemon, and cannot be pulled: the registry has no such image for this daemon; the daemon says: manifest unknown`,
        hint: `build it, load it (docker load), or have \`docker pull ${reference}\` work`,
      })),
    );
  });

  it('have keys that no component has', () => {
    expect(imageKeyOf(prometheus)).to.equal('prometheus');
    expect(imageKeyOf(from('web', 'prometheus'))).to.equal('image prometheus');
  });
});
