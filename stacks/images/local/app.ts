import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { broken } from '../../../core/errors.ts';
import { exists } from '../../../core/exists.ts';
import type { ImageFacts } from '../../component.ts';
import { filesIn } from '../../toolchain/cache-key.ts';
import { appSources, closureOf, importsOf, type LockFile, notForRunning } from './app-packages.ts';
import { copyAs } from './dockerfile.ts';
import type { LocalImage } from './local-image.ts';

/** An installed package has neither the sources nor the packages of these images beside it. */
async function requireCheckout(project: string): Promise<void> {
  if (await exists(join(project, 'package-lock.json'))) return;
  const message = 'it is made of a checkout of firedrill, and this is an installed package';
  throw broken('images: app', message, 'in containers, the shop and links of HTTP need a checkout');
}

/**
 * Node on the base image, at the official image's path.
 *
 * @throws FiredrillError `broken` if the project is an installed package.
 */
export async function nodeImage(
  { user, entrypoint: [path = ''] }: ImageFacts,
  { base, project }: { base: string; project: string },
): Promise<LocalImage> {
  await requireCheckout(project);
  const folder = join(project, 'node_modules/node');
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string };
  return {
    name: 'node',
    dockerfile: [`FROM ${base}`, copyAs(user)('empty', '/home/node'), copyAs('0')('node', path)],
    parts: [{ folder: join(folder, 'bin'), names: ['node'] }],
    texts: {},
    content: version,
  };
}

/**
 * The sample app and the link proxy, with the packages that they need at run time.
 *
 * @param from the Node image that it is based on.
 * @throws FiredrillError `broken` if the project is an installed package.
 */
export async function appImage(
  facts: ImageFacts,
  { from, project }: { from: string; project: string },
): Promise<LocalImage> {
  const { user, entrypoint, home = '' } = facts;
  const copy = copyAs(user);
  await requireCheckout(project);
  const lock = JSON.parse(await readFile(join(project, 'package-lock.json'), 'utf8')) as {
    packages: LockFile;
  };
  const packages = closureOf(await importsOf(project), lock.packages);
  const installed = await Promise.all(packages.map(({ folder }) => exists(join(project, folder))));
  // Packages nested in another package's folder are copied with it.
  const folders = packages
    .filter(({ folder }, index) => installed[index] && folder.lastIndexOf('node_modules/') === 0)
    .map(({ folder }) => folder);
  return {
    name: 'app',
    dockerfile: [
      `FROM ${from}`,
      `WORKDIR ${home}`,
      // In a separate layer, since they seldom change and the layer is then cached.
      copy('node_modules', `${home}/node_modules`),
      copy('package.json', `${home}/package.json`),
      copy('core', `${home}/core`),
      copy('stacks', `${home}/stacks`),
      copy('systems', `${home}/systems`),
      copy('empty', `${home}/compiled`),
      `ENV NODE_COMPILE_CACHE=${home}/compiled`,
      `USER ${user}`,
      `RUN ${JSON.stringify([...entrypoint, '-e', compiling])}`,
      `ENTRYPOINT ${JSON.stringify(entrypoint)}`,
    ],
    parts: [{ folder: project, names: [...appSources, ...folders] }],
    texts: { 'package.json': '{ "type": "module" }\n' },
    content: [...packages.map(({ content }) => content), await sourcesDigest(project)].join('\n'),
    exclude: [...notForRunning, '*.map', '*.d.ts', '*.d.mts', '*.d.cts'],
  };
}

/**
 * Fills Node's compile cache: half of a service's start is compiling its libraries, which takes long at 0.4 processors.
 * Without configuration a service exits as soon as everything is loaded.
 */
const compiling = `
  const { spawnSync } = require('node:child_process');
  for (const service of ['fulfilment', 'orders', 'payment-provider', 'storefront']) {
    const args = ['--import', './systems/shop/services/shared/telemetry.ts', 'systems/shop/services/' + service + '/main.ts'];
    const { stderr, stdout, status } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60000 });
    if (!(stdout + stderr).includes('PORT is not set')) throw new Error(service + ' ended otherwise: ' + status + stdout + stderr);
  }`
  .replace(/\s+/g, ' ')
  .trim();

async function sourcesDigest(project: string): Promise<string> {
  const hash = createHash('sha256');
  for (const source of appSources) {
    const path = join(project, source);
    for (const file of (await stat(path)).isDirectory() ? await filesIn(path) : [path])
      hash.update(`\n${relative(project, file)}\n`).update(await readFile(file));
  }
  return hash.digest('hex');
}
