import { cp, glob } from 'node:fs/promises';
import { join } from 'node:path';
import { goBuild } from '../../go-build.ts';
import type { Command, Recipe } from '../../recipe.ts';

// The version that the package.json of this commit names. Grafana's releases have a major version that Go's
// module rules refuse, so only commits can be had as a module.
const version = '10.0.0-preview';
const module = 'github.com/grafana/grafana';
const folder = import.meta.dirname;
const edition = 'oss';

/**
 * Grafana's server without its pages, whose build would need another toolchain: the API, alerting and
 * provisioning work. It is compiled as its own main module, so that its own go.mod and go.sum hold, after wire
 * has written the source file that its module lacks. Its database driver, SQLite, is in C.
 */
export const grafana: Recipe<'grafana'> = {
  tool: 'grafana',
  version,
  binaries: ['grafana'],
  homeFiles: ['conf/defaults.ini', 'public/emails/ng_alert_notification.html'],
  cgo: true,
  folder,
  expectedMs: 280_000,
  diskBytes: 5e9,
  async build({ home, bin, work, run }) {
    const source = join(work, 'source');
    await run(copyModule(source));
    await run(
      goBuild({
        binary: 'wire',
        bin: work,
        package: 'github.com/google/wire/cmd/wire',
        cwd: join(folder, 'wire'),
      }),
    );
    await run({
      step: 'generate grafana',
      file: join(work, 'wire'),
      args: ['gen', '-tags', edition, './pkg/server'],
      cwd: source,
    });
    await run(
      goBuild({
        binary: 'grafana',
        bin,
        package: './pkg/cmd/grafana',
        cwd: source,
        // All but the first: a statically linked C library cannot load shared objects.
        tags: [edition, 'netgo', 'osusergo', 'sqlite_omit_load_extension'],
        variables: { 'main.version': version },
        cgo: true,
      }),
    );
    await copyHome(source, home);
  },
};

/** Go's module cache is read-only, so the sources are copied to where wire can add its file. */
function copyModule(to: string): Command {
  const script = 'go mod download "$0" && cp -R "$(go list -m -f {{.Dir}} "$0")" "$1" && chmod -R u+w "$1"';
  return { step: 'fetch grafana', file: 'sh', args: ['-ec', script, module, to], cwd: folder };
}

/** What the server reads at start and while it serves its API; the rest of public/ belongs to the pages. */
const homePatterns = [
  'conf/defaults.ini',
  'public/app/plugins/**/plugin.json',
  'public/dashboards/home.json',
  'public/emails/*',
  'public/img/user_profile.png',
  'public/views/*',
];

async function copyHome(source: string, home: string) {
  for await (const file of glob(homePatterns, { cwd: source })) {
    await cp(join(source, file), join(home, file));
  }
}
