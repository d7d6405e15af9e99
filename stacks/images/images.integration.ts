import { expect } from 'chai';
import type { ContainerRuntimeClient } from 'testcontainers';
import { checkOf } from '../../configuration/checked/check-config.ts';
import { FiredrillError } from '../../core/errors.ts';
import { met, notYet, until } from '../../core/poll.ts';
import type { ComponentSpec, StackSpec } from '../component.ts';
import { prometheusFlags } from '../components/prometheus.ts';
import { binariesOf, stackOf } from '../stacks.ts';
import { cacheDirOf } from '../toolchain/cache-dir.ts';
import type { ToolProgress } from '../toolchain/progress.ts';
import { rejectionOf } from '../toolchain/testing/folders.ts';
import { type Binary, ensureTools, type Toolchain } from '../toolchain/toolchain.ts';
import { dockerClient } from './daemon.ts';
import { holderName } from './holder.ts';
import type { ImageChoice } from './image-choice.ts';
import { splitReference } from './image-signs.ts';
import { type ResolvedImage, resolveImages } from './resolve.ts';
import { createContainer, publishedAt, runContainer } from './testing/daemon.ts';
import { unlessDocker } from './testing/unless-docker.ts';

const signal = new AbortController().signal;
const cacheDir = cacheDirOf(process.env);
const stack = stackOf('full', 'sidecar', prometheusFlags);

/** Of each program that is in several components, one component. */
const components = [...new Map(stack.components.map((each) => [each.image?.reference, each])).values()];

describe('images', function () {
  this.timeout(600_000);
  let client: ContainerRuntimeClient;
  let tools: Toolchain;
  let images: ReadonlyMap<string, ResolvedImage>;
  const signs: ToolProgress[] = [];
  const notes: string[] = [];

  const resolve = async (of: StackSpec, choice: ImageChoice) => {
    signs.length = 0;
    notes.length = 0;
    const progress = (sign: ToolProgress) => signs.push(sign);
    const note = (text: string) => notes.push(text);
    return await resolveImages(of, choice, { signal, toolchain: tools, cacheDir, progress, note });
  };
  const imageOf = ({ name }: Pick<ComponentSpec, 'name'>) => images.get(name)?.reference ?? '';

  before(async function () {
    await unlessDocker.call(this);
    client = await dockerClient(signal);
    const binaries = binariesOf(stack) as Binary[];
    tools = await ensureTools(binaries, { cacheDir, env: process.env, signal, progress() {} });
    images = await resolve(stack, 'local');
  });

  it('are there for each component, by id, and a second call makes nothing', async () => {
    expect([...images.keys()]).to.have.members([holderName, ...stack.components.map(({ name }) => name)]);
    for (const { reference, digest, source } of images.values()) {
      expect(reference).to.match(/^firedrill\/\w[\w-]*:[0-9a-f]{12}$/);
      expect(digest).to.match(/^sha256:[0-9a-f]{64}$/);
      expect(source).to.equal('local');
    }
    expect(await resolve(stack, 'local')).to.deep.equal(images);
    expect(signs).to.deep.equal([]);
  });

  for (const component of components) {
    const { name, image: facts, program } = component;
    describe(name, () => {
      it('runs the program that the official image has, as its user', async () => {
        const info = await client.container.dockerode.getImage(imageOf(component)).inspect();
        expect(info.Config.Entrypoint).to.deep.equal(facts?.entrypoint);
        expect(info.Config.User).to.equal(facts?.user);
        expect(info.Config.Labels).to.deep.equal({ 'firedrill.image': 'local' });
      });

      it('tells its version', async () => {
        const asked: Record<string, string[]> = { loki: ['-version'], tempo: ['-version'] };
        // Its entry point would make a database first.
        const entrypoint = program.kind === 'postgres' ? { entrypoint: ['postgres'] } : {};
        const args = asked[name] ?? ['--version'];
        const { code, output } = await runContainer(client, {
          ...{ image: imageOf(component), ...entrypoint, args },
        });
        expect(code, output).to.equal(0);
        const [, tag] = splitReference(facts?.reference ?? '');
        expect(output).to.contain(tag.replace(/^v|-.*$/g, ''));
      });

      it('may write to its data', async () => {
        const args = ['-c', `touch ${facts?.data}/it && rm ${facts?.data}/it`];
        const { code, output } = await runContainer(client, {
          ...{ image: imageOf(component), entrypoint: ['/bin/sh'], args },
        });
        expect(code, output).to.equal(0);
      });

      const checkers = checkOf(component);
      if (checkers.length === 0) return;
      it('has beside it what its configuration is checked with', async () => {
        const own = facts?.entrypoint[0] ?? '';
        for (const tool of checkers) {
          const path =
            program.kind === 'binary' && program.binary === tool ? own : own.replace(/[^/]*$/, tool);
          const help = { image: imageOf(component), entrypoint: [path], args: ['--help'] };
          const { output } = await runContainer(client, help);
          expect(output.toLowerCase()).to.match(/usage|flags/);
        }
      });
    });
  }

  it('have a sample app that has all its packages', async () => {
    for (const service of ['orders', 'storefront']) {
      const args = [
        '--import',
        './systems/shop/services/shared/telemetry.ts',
        `systems/shop/services/${service}/main.ts`,
      ];
      const { output } = await runContainer(client, { image: imageOf({ name: service }), args });
      expect(output).to.contain('PORT is not set').and.not.contain('ERR_MODULE_NOT_FOUND');
    }
  });

  it('have a sample app that answers', async () => {
    const container = await createContainer(client, {
      image: imageOf({ name: 'payment-provider' }),
      args: ['systems/shop/services/payment-provider/main.ts'],
      env: { HOST: '0.0.0.0', PORT: '3002' },
      port: 3002,
    });
    try {
      await container.start();
      const url = `http://${await publishedAt(client, container, 3002)}/health/ready`;
      const look = async () => met((await fetch(url, { signal })).status);
      const status = await until('an answer', look, { where: 'test', withinMs: 30_000, signal });
      expect(status).to.equal(200);
    } finally {
      await container.remove({ force: true, v: true });
    }
  });

  it('have a holder that ends when told to', async () => {
    const container = await createContainer(client, { image: imageOf({ name: holderName }), args: [] });
    try {
      await container.start();
      const ended = container.wait();
      // The first process of a container ignores a signal until it has installed a handler for it.
      const tell = async () => {
        await container.kill({ signal: 'SIGTERM' }).catch(() => undefined);
        const { State: state } = await container.inspect();
        return state.Running ? notYet('it runs') : met(undefined);
      };
      await until('the end', tell, { where: 'test', withinMs: 30_000, everyMs: 100, signal });
      expect(await ended).to.deep.include({ StatusCode: 0 });
    } finally {
      await container.remove({ force: true, v: true });
    }
  });

  describe('where a registry cannot be reached', () => {
    const [loki] = stack.components.filter(({ name }) => name === 'loki');
    if (!loki?.image) throw new Error('no loki');
    // A name that never leads anywhere: RFC 6761.
    const reference = 'registry.invalid/grafana/loki:3.7.8';
    const away: StackSpec = { ...stack, components: [{ ...loki, image: { ...loki.image, reference } }] };

    it('official names the image and says what to do', async () => {
      const error = await rejectionOf(resolve(away, 'official'));
      expect(error).to.be.instanceOf(FiredrillError).with.property('kind', 'broken');
      const [problem] = (error as FiredrillError).problems;
      expect(problem?.where).to.match(/^image registry\.(k8s\.io\/pause|invalid\/grafana\/loki):/);
      expect(problem?.message).to.contain('its registry cannot be reached');
      expect(problem?.hint).to.contain('--images local');
    });

    it('auto takes local images, and says why', async () => {
      const found = await resolve(away, 'auto');
      expect(found.get('loki')).to.deep.equal(images.get('loki'));
      expect(found.get(holderName)?.source).to.equal('local');
      expect(notes).to.have.lengthOf(1);
      expect(notes[0]).to.contain('cannot be reached');
    });
  });
});
