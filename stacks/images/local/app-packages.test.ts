import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { appImage as appFacts } from '../../components/app.ts';
import { rejectionOf } from '../../toolchain/testing/folders.ts';
import { appImage, nodeImage } from './app.ts';
import { closureOf, importsOf, type LockFile } from './app-packages.ts';

const project = fileURLToPath(new URL('../../..', import.meta.url));

describe('the image of the sample app', () => {
  it('cannot be made by an installed package, and says so', async () => {
    const [base, from, folder] = ['base', 'node', import.meta.dirname];
    for (const made of [
      nodeImage(appFacts, { base, project: folder }),
      appImage(appFacts, { from, project: folder }),
    ])
      expect(await rejectionOf(made))
        .to.have.property('message')
        .that.matches(
          /^images: app: it is made of a checkout of firedrill, and this is an installed package\n/,
        );
  });
});

describe('packages of the sample app', () => {
  it('are those that its sources import, and no test', async () => {
    const imports = await importsOf(project);
    expect(imports).to.include.members([
      ...['@opentelemetry/api', '@opentelemetry/sdk-node', '@opentelemetry/instrumentation-http'],
      ...['fastify', 'import-in-the-middle', 'pg', 'pino'],
      // Of the link proxy and what it imports.
      ...['httpxy', 'zod'],
    ]);
    expect(imports).not.to.include.members(['chai']);
    const { dependencies } = JSON.parse(await readFile(join(project, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    expect(Object.keys(dependencies)).to.include.members(imports);
  });

  it('come with those that they need, each where Node finds it', () => {
    const lock: LockFile = {
      'node_modules/a': { version: '1.0.0', dependencies: { b: '^2', c: '^1' } },
      'node_modules/a/node_modules/b': { version: '2.0.0', dependencies: { c: '^1' } },
      'node_modules/b': { version: '1.0.0' },
      'node_modules/c': { version: '1.0.0', peerDependencies: { a: '*' }, optionalDependencies: { d: '*' } },
      'node_modules/e': { version: '1.0.0' },
    };
    const folders = (...roots: string[]) => closureOf(roots, lock).map(({ folder }) => folder);
    expect(folders('a')).to.deep.equal(['node_modules/a', 'node_modules/a/node_modules/b', 'node_modules/c']);
    expect(folders('b', 'e')).to.deep.equal(['node_modules/b', 'node_modules/e']);
  });
});
